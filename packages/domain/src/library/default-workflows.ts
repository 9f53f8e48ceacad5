import type { FieldProblem } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames, operatingSystems } from '../operating-system.ts';

/** What a document says of a workflow's being the default of its operating system; undefined: nothing. */
export interface WantedWorkflow {
  readonly key: string;
  readonly os: OperatingSystem;
  readonly default: boolean | undefined;
}

/** A workflow that is stored; `key` is its name as names are compared. */
export interface KnownWorkflow {
  readonly key: string;
  readonly os: OperatingSystem;
  readonly isDefault: boolean;
  readonly origin: 'builtIn' | 'personal';
}

/** The default workflow of each operating system, by key, and what is wrong with the documents' words on it. */
export interface WantedDefaults {
  readonly defaults: ReadonlyMap<OperatingSystem, string>;
  /** `path` counts the workflows among the documents: `2.default`. */
  readonly problems: readonly FieldProblem[];
}

/**
 * Which workflow is the default of each operating system once the documents are applied (L-40, L-52): the one that is
 * marked; else the present one stays; and where a document says that the present one is not to be it, or is for another
 * operating system, the built-in workflow takes over.
 */
export function wantedDefaults(
  wanted: readonly WantedWorkflow[],
  known: readonly KnownWorkflow[],
): WantedDefaults {
  const defaults = new Map<OperatingSystem, string>();
  const problems: FieldProblem[] = [];
  for (const os of operatingSystems) {
    const marked = wanted.filter((workflow) => workflow.os === os && workflow.default === true);
    for (const workflow of marked.slice(1)) {
      const message = `another document is marked as the default of ${operatingSystemNames[os]} as well`;
      problems.push({ path: `${wanted.indexOf(workflow)}.default`, message });
    }
    const present = known.find((workflow) => workflow.os === os && workflow.isDefault);
    const described = wanted.find((workflow) => workflow.key === present?.key);
    const leaves = described !== undefined && (described.os !== os || described.default === false);
    const next = marked[0]?.key ?? (leaves ? builtIn(known, os) : present?.key);
    if (next !== undefined) defaults.set(os, next);
    else if (described !== undefined) {
      const field = described.os === os ? 'default' : 'os';
      problems.push({ path: `${wanted.indexOf(described)}.${field}`, message: lacking(os) });
    }
  }
  return { defaults, problems };
}

function builtIn(known: readonly KnownWorkflow[], os: OperatingSystem): string | undefined {
  const shipped = known.filter((workflow) => workflow.origin === 'builtIn' && workflow.os === os);
  return shipped.length === 1 ? shipped[0]?.key : undefined;
}

function lacking(os: OperatingSystem): string {
  return `it is the default of ${operatingSystemNames[os]}: mark the workflow that is to be it instead`;
}
