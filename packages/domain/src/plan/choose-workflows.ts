import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';

/** A workflow that was chosen for each operating system, or what is missing, in words that name it (P-04). */
export type WorkflowChoice<Workflow> =
  | { readonly ok: true; readonly workflows: ReadonlyMap<OperatingSystem, Workflow> }
  | { readonly ok: false; readonly problem: string };

/** Chooses the workflow of each operating system among the endpoints: the plan's own, else the default (P-04). */
export function chooseWorkflows<Workflow>(
  among: readonly OperatingSystem[],
  chosen: ReadonlyMap<OperatingSystem, Workflow>,
  defaults: ReadonlyMap<OperatingSystem, Workflow>,
): WorkflowChoice<Workflow> {
  const workflows = new Map<OperatingSystem, Workflow>();
  const missing: string[] = [];
  for (const os of among) {
    const workflow = chosen.get(os) ?? defaults.get(os);
    if (workflow === undefined) missing.push(operatingSystemNames[os]);
    else workflows.set(os, workflow);
  }
  return missing.length === 0
    ? { ok: true, workflows }
    : {
        ok: false,
        problem: `There is no workflow for ${missing.join(' and ')}: choose one in the plan, or set a default.`,
      };
}
