import type { FieldProblem } from '../field-problem.ts';
import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import { parseSelector } from '../selector/selector.ts';

/** A plan as far as it can be wrong; a workflow that does not exist has no `os`. */
export interface PlanContent {
  readonly patches: { readonly which: 'all' | 'security' | 'listed'; readonly ids: readonly string[] };
  readonly endpoints: string;
  readonly workflows: readonly {
    readonly os: OperatingSystem;
    readonly workflow: { readonly name: string; readonly os: OperatingSystem | null };
  }[];
}

/** Everything that is wrong with a plan, one message per field (P-01); empty when it can be saved. */
export function planProblems({ patches, endpoints, workflows }: PlanContent): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (patches.which === 'listed' && patches.ids.length === 0) {
    problems.push({ path: 'patches.ids', message: 'list at least one patch' });
  }
  if (patches.which !== 'listed' && patches.ids.length > 0) {
    problems.push({ path: 'patches.ids', message: 'patches are listed only with "which": "listed"' });
  }
  const selector = parseSelector(endpoints);
  if (!selector.ok) problems.push({ path: 'endpoints', message: selector.problem });
  for (const { os, workflow } of workflows) {
    if (workflow.os === os) continue;
    problems.push({
      path: `workflows.${os}`,
      message:
        workflow.os === null
          ? `there is no workflow "${workflow.name}"`
          : `the workflow "${workflow.name}" is for ${operatingSystemNames[workflow.os]}`,
    });
  }
  return problems;
}
