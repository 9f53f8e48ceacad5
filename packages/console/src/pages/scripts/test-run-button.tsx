import { IconPlayerPlay } from '@tabler/icons-react';
import { useRefusal } from '../../api/session.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import type { ScriptValues } from './script-values.ts';
import { openTestRun } from './test-run-dialog.tsx';

/** Runs a script as it stands in its editor, once, on one endpoint. */
export function TestRunButton({ script }: { readonly script: ScriptValues }) {
  const refusal = useRefusal()('script.testRun');
  return (
    <ActionButton icon={IconPlayerPlay} refusal={refusal} onClick={() => openTestRun(script)}>
      Test-run
    </ActionButton>
  );
}
