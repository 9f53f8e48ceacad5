import {
  cruise,
  type ICruiseOptions,
  type IForbiddenRuleType,
  type IModule,
  type IViolation,
} from 'dependency-cruiser';

/** The programs: every other source file, those for tests aside, must be reachable from one of them. */
const programs = [
  '^packages/cli/src/(start|main)\\.ts$',
  '^packages/(server|agent)/src/main\\.ts$',
  '^packages/console/src/main\\.tsx$',
  // The Windows agent in the making: main.ts takes it up when scripts can be run there.
  '^packages/agent/src/inventory/windows-system\\.ts$',
];

const workspace = '^packages/[^/]+/src/';
const server = (folder: string): string => `^packages/server/src/${folder}/`;
const sources = (folder: string): string => `^packages/${folder}/src/`;
/** Time zones: a function of its arguments, `Temporal.Now` aside, which the purity fence looks for. */
const calendar = '^node_modules/temporal-polyfill/';
const useCases = '^packages/server/src/(library|cycle|plan|user|mail|report)/';
/** `patchbay start` puts server and agent together in one process. */
const wholeSystem = '^packages/cli/src/start/';

function mayImport(
  name: string,
  from: string,
  own: readonly string[],
  elsewhere: 'anything from npm' | 'no npm package' = 'anything from npm',
): IForbiddenRuleType {
  const scope = elsewhere === 'no npm package' ? {} : { path: workspace };
  return { name, severity: 'error', from: { path: from }, to: { ...scope, pathNot: [from, ...own] } };
}

/** Who may import whom, as CONTRIBUTING.md tells it. Each rule has a canary in import-table.unit.test.ts. */
export const importRules: readonly IForbiddenRuleType[] = [
  mayImport('domain imports nothing but the calendar', sources('domain'), [calendar], 'no npm package'),
  {
    name: 'the calendar is for domain/schedule',
    severity: 'error',
    from: { path: workspace, pathNot: ['^packages/domain/src/schedule/'] },
    to: { path: calendar },
  },
  mayImport(
    'contracts import domain and the schema libraries',
    sources('contracts'),
    [sources('domain'), '^node_modules/(zod|yaml)/'],
    'no npm package',
  ),
  mayImport('db imports domain and contracts', server('db'), [sources('domain'), sources('contracts')]),
  mayImport('engine imports db and domain', server('engine'), [server('db'), sources('domain')]),
  // What is done with the library, with plans, cycles and users, with reports and mail, for API, jobs and start alike.
  mayImport('use cases import engine, db, domain and contracts', useCases, [
    server('engine'),
    server('db'),
    sources('domain'),
    sources('contracts'),
  ]),
  mayImport('http imports use cases, engine, db, domain and contracts', server('http'), [
    useCases,
    server('engine'),
    server('db'),
    sources('domain'),
    sources('contracts'),
  ]),
  mayImport('jobs import use cases, engine, db, domain and contracts', server('jobs'), [
    useCases,
    server('engine'),
    server('db'),
    sources('domain'),
    sources('contracts'),
  ]),
  mayImport('gateway imports engine, db, domain and contracts', server('gateway'), [
    server('engine'),
    server('db'),
    sources('domain'),
    sources('contracts'),
  ]),
  mayImport('agent imports contracts and domain', sources('agent'), [
    sources('contracts'),
    sources('domain'),
  ]),
  // Its endpoints are real agents on machines that do not exist.
  mayImport('simulator imports agent, contracts and domain', sources('simulator'), [
    sources('agent'),
    sources('contracts'),
    sources('domain'),
  ]),
  mayImport('console imports contracts and domain', sources('console'), [
    sources('contracts'),
    sources('domain'),
  ]),
  {
    name: 'cli imports contracts and entry points',
    severity: 'error',
    from: { path: sources('cli'), pathNot: [wholeSystem] },
    to: {
      path: workspace,
      pathNot: [
        sources('cli'),
        sources('contracts'),
        '^packages/(server|agent|simulator)/src/main\\.ts$',
        '^packages/agent/src/agent-error\\.ts$',
      ],
    },
  },
  {
    name: 'cli loads server, agent and simulator lazily',
    severity: 'error',
    from: { path: sources('cli'), pathNot: [wholeSystem] },
    to: {
      path: ['^packages/(server|agent|simulator)/', wholeSystem],
      dynamic: false,
      dependencyTypesNot: ['type-only'],
    },
  },
  {
    name: 'server main is imported by nothing in the server',
    severity: 'error',
    from: { path: sources('server') },
    to: { path: '^packages/server/src/main\\.ts$' },
  },
  {
    name: 'testkit is for tests and benches',
    severity: 'error',
    from: { path: workspace, pathNot: [sources('testkit')] },
    to: { path: sources('testkit') },
  },
  {
    name: 'sources import no tests and no tools',
    severity: 'error',
    from: { path: workspace },
    to: { path: '^(packages/[^/]+/test|e2e|bench|tools)/' },
  },
  {
    name: 'other packages are imported by name',
    severity: 'error',
    from: { path: '^packages/([^/]+)/' },
    to: { path: workspace, pathNot: '^packages/$1/', dependencyTypes: ['local'] },
  },
  { name: 'no import cycle', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every import is found', severity: 'error', from: {}, to: { couldNotResolve: true } },
  {
    name: 'every source file is used by a program',
    severity: 'error',
    from: { path: programs },
    to: { path: workspace, pathNot: [...programs, sources('testkit')], reachable: false },
  },
];

/** What the cruise of a checkout answers: the modules it has seen and the rules they break. */
export type CruiseResult = {
  readonly modules: readonly IModule[];
  readonly violations: readonly IViolation[];
};

/** Follows every import below `packages` of the checkout at `root`. */
export async function cruiseCheckout(root: string): Promise<CruiseResult> {
  const options: ICruiseOptions = {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...importRules] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/(library|bin|dist)/' },
    // Imports of types count: they tie modules together as much as others do.
    tsPreCompilationDeps: true,
  };
  const { output } = await cruise(['packages'], options, {
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.css'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'types', 'default'],
  });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered text: ${output}`);
  return { modules: output.modules, violations: output.summary.violations };
}
