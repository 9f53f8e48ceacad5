import type { FieldProblem } from '../field-problem.ts';

/**
 * Something about a plan that a person is told while editing. `refused`: it cannot be saved so; `incomplete`: it can,
 * and cannot be activated (P-12); `warning`: it does something that is rarely meant.
 */
export interface PlanFinding extends FieldProblem {
  readonly severity: 'refused' | 'incomplete' | 'warning';
}

const severities = ['refused', 'incomplete', 'warning'] as const;

/** Keeps one finding of each field, the gravest (P-01). */
export function gravestPerField(findings: readonly PlanFinding[]): PlanFinding[] {
  const gravest = new Map<string, PlanFinding>();
  for (const severity of severities) {
    for (const finding of findings) {
      if (finding.severity === severity && !gravest.has(finding.path)) gravest.set(finding.path, finding);
    }
  }
  return findings.filter((finding) => gravest.get(finding.path) === finding);
}

/** Whether a plan can be activated: its status is then `readyToActivate` (P-12). */
export function isComplete(findings: readonly PlanFinding[]): boolean {
  return findings.every(({ severity }) => severity === 'warning');
}

/** A finding that keeps a plan from being saved. */
export function refused(path: string, message: string): PlanFinding {
  return { path, message, severity: 'refused' };
}

/** A finding that keeps a plan from being activated. */
export function incomplete(path: string, message: string): PlanFinding {
  return { path, message, severity: 'incomplete' };
}

/** A finding that keeps a plan from nothing. */
export function warning(path: string, message: string): PlanFinding {
  return { path, message, severity: 'warning' };
}
