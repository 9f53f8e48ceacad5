import type { WorkflowSummary } from '@patchbay/contracts/workflow';
import { deletionRefusal } from '@patchbay/domain/library/refusal';
import { operatingSystemNames } from '@patchbay/domain/operating-system';

/** Why a workflow cannot be deleted, whatever uses it; null: it may be tried, and users are listed then (L-48). */
export function whyKept(
  workflow: Pick<WorkflowSummary, 'name' | 'origin' | 'os' | 'isDefault'>,
): string | null {
  const { os, isDefault } = workflow;
  return (
    deletionRefusal({ kind: 'workflow', ...workflow }, [])?.detail ??
    (isDefault ? `it is the default of ${operatingSystemNames[os]}` : null)
  );
}
