import { globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CruiseResult, cruiseCheckout, importRules } from './import-rules.ts';

const root = join(import.meta.dirname, '../..');
const packages = ['agent', 'cli', 'console', 'contracts', 'domain', 'server', 'simulator', 'testkit'];

/** One forbidden import per rule: [importing file, what it imports]. */
const canaries: Readonly<Record<string, readonly [from: string, imports: string]>> = {
  'domain imports nothing but the calendar': ['domain/src/run/reads-files.ts', 'node:fs'],
  'the calendar is for domain/schedule': ['domain/src/run/keeps-time.ts', 'temporal-polyfill'],
  'contracts import domain and the schema libraries': ['contracts/src/reads-files.ts', 'node:fs'],
  'db imports domain and contracts': ['server/src/db/steps.ts', '../engine/step.ts'],
  'engine imports db and domain': ['server/src/engine/speaks.ts', '@patchbay/contracts/shape'],
  'use cases import engine, db, domain and contracts': ['server/src/library/served.ts', '../http/runs.ts'],
  'http imports use cases, engine, db, domain and contracts': [
    'server/src/http/sessions.ts',
    '../gateway/session.ts',
  ],
  'gateway imports engine, db, domain and contracts': ['server/src/gateway/works.ts', '../jobs/scan.ts'],
  'jobs import use cases, engine, db, domain and contracts': [
    'server/src/jobs/configured.ts',
    '../config.ts',
  ],
  'agent imports contracts and domain': ['agent/src/asks-server.ts', '@patchbay/server/config'],
  'simulator imports agent, contracts and domain': [
    'simulator/src/asks-server.ts',
    '@patchbay/server/config',
  ],
  'console imports contracts and domain': ['console/src/asks-server.tsx', '@patchbay/server/config'],
  'cli imports contracts and entry points': ['cli/src/decides.ts', '@patchbay/domain/run/decide'],
  'cli loads server, agent and simulator lazily': ['cli/src/eager.ts', '@patchbay/server/main'],
  'server main is imported by nothing in the server': ['server/src/other.ts', './main.ts'],
  'testkit is for tests and benches': ['server/src/tested.ts', '@patchbay/testkit/clock'],
  'sources import no tests and no tools': ['agent/src/tested.ts', '../test/sample.ts'],
  'other packages are imported by name': ['agent/src/relative.ts', '../../domain/src/run/decide.ts'],
  'no import cycle': ['domain/src/run/a.ts', './b.ts'],
  'every import is found': ['agent/src/lost.ts', '@patchbay/domain/run/no-such-file'],
  'every source file is used by a program': ['server/src/forgotten.ts', './config.ts'],
};

const inCycle = ['domain/src/run/b.ts'];

const lawful: Readonly<Record<string, string>> = {
  'domain/src/run/decide.ts': "import '../schedule/time-zone.ts';\nexport type State = number;",
  'domain/src/schedule/time-zone.ts': "import 'temporal-polyfill';",
  'domain/src/run/b.ts': "import type { A } from './a.ts';\nexport type B = A;",
  'contracts/src/shape.ts': "import '@patchbay/domain/run/decide';",
  'server/src/config.ts': "import 'node:os';",
  'server/src/db/runs.ts': "import '@patchbay/contracts/shape';",
  'server/src/engine/step.ts': "import '../db/runs.ts';\nimport 'node:os';",
  'server/src/gateway/session.ts': "import '../engine/step.ts';",
  'server/src/http/runs.ts': "import '../db/runs.ts';",
  'server/src/jobs/scan.ts': "import '../engine/step.ts';",
  'server/src/main.ts':
    "import './config.ts';\nimport './http/runs.ts';\nimport './gateway/session.ts';\nimport './jobs/scan.ts';",
  'agent/src/main.ts': "import '@patchbay/contracts/shape';",
  'agent/test/sample.ts': "import '@patchbay/testkit/clock';",
  'cli/src/main.ts':
    "await import('@patchbay/server/main');\nawait import('@patchbay/agent/main');\nawait import('@patchbay/simulator/main');",
  'simulator/src/main.ts': "import '@patchbay/agent/main';",
  'testkit/src/clock.ts': "import '@patchbay/server/main';",
};

describe('the import table of this checkout', () => {
  let real: CruiseResult;
  beforeAll(async () => {
    real = await cruiseCheckout(root);
  });

  it('is checked on every source file', () => {
    const onDisk = globSync('packages/*/{src,test}/**/*.{ts,tsx}', { cwd: root }).filter(
      (file) => !file.includes('node_modules'),
    );
    const seen = new Set(real.modules.map((module) => module.source));
    expect(onDisk.length).toBeGreaterThan(10);
    expect(onDisk.filter((file) => !seen.has(file))).toEqual([]);
  });

  it('follows imports from one package into another', () => {
    const crossing = real.modules
      .filter((module) => module.source.startsWith('packages/'))
      .flatMap((module) => module.dependencies)
      .filter((dependency) => dependency.module.startsWith('@patchbay/'));
    expect(crossing.length).toBeGreaterThan(0);
    for (const dependency of crossing) expect(dependency.resolved).toMatch(/^packages\/[^/]+\/src\/.+\.ts$/);
  });

  it('is kept', () => {
    expect(real.violations.map((found) => `${found.from} → ${found.to}: ${found.rule.name}`)).toEqual([]);
  });
});

describe('each import rule can fail', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'import-rules-'));
  let cruised: CruiseResult;

  beforeAll(async () => {
    mkdirSync(join(checkout, 'node_modules/@patchbay'), { recursive: true });
    write('package.json', JSON.stringify({ private: true, workspaces: ['packages/*'] }));
    for (const name of packages) {
      write(
        `packages/${name}/package.json`,
        JSON.stringify({ name: `@patchbay/${name}`, type: 'module', exports: { './*': './src/*.ts' } }),
      );
      symlinkSync(`../../packages/${name}`, join(checkout, 'node_modules/@patchbay', name));
    }
    mkdirSync(join(checkout, 'node_modules/temporal-polyfill'));
    writeFileSync(join(checkout, 'node_modules/temporal-polyfill/index.js'), '');
    for (const [file, source] of Object.entries(lawful)) write(`packages/${file}`, source);
    for (const [file, imports] of Object.values(canaries)) {
      write(`packages/${file}`, `import { a } from '${imports}';\nexport const b = a;`);
    }
    cruised = await cruiseCheckout(checkout);
  });
  afterAll(() => rmSync(checkout, { recursive: true }));

  function write(file: string, content: string): void {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    writeFileSync(join(checkout, file), content);
  }

  it('has a canary for every rule', () => {
    expect(Object.keys(canaries).toSorted()).toEqual(importRules.map((rule) => rule.name ?? '').toSorted());
  });

  it.each(Object.entries(canaries))('%s', (rule, [from]) => {
    const broken = cruised.violations.filter((found) => found.rule.name === rule);
    expect(broken.flatMap((found) => [found.from, found.to])).toContain(`packages/${from}`);
  });

  it('lets lawful imports pass', () => {
    const accused = cruised.violations.map((found) => found.from.replace('packages/', ''));
    expect(Object.keys(lawful).filter((file) => accused.includes(file) && !inCycle.includes(file))).toEqual(
      [],
    );
  });
});
