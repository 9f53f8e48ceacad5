import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { rebootSettingsProblems } from '@patchbay/domain/reboot/settings-problems';
import { useState } from 'react';
import { RebootEditor } from '../../reboot/reboot-editor.tsx';
import { differing, settingNames, stepSettings } from '../../reboot/task-settings.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import type { DraftStep } from './workflow-values.ts';

/** Opens the settings that a step sets over those of its Interactive Reboot (L-24). */
export function openStepReboot(
  step: DraftStep,
  task: RebootSettings,
  os: OperatingSystem,
  save: (step: DraftStep) => void,
): void {
  modals.open({
    modalId: 'step-reboot',
    title: `${step.task.name}, in this step`,
    size: '80rem',
    children: <StepReboot step={step} task={task} os={os} save={save} />,
  });
}

const close = (): void => modals.close('step-reboot');

function StepReboot({
  step,
  task,
  os,
  save,
}: {
  readonly step: DraftStep;
  readonly task: RebootSettings;
  readonly os: OperatingSystem;
  readonly save: (step: DraftStep) => void;
}) {
  const [settings, setSettings] = useState(() => stepSettings(task, step.interactiveReboot ?? null));
  const over = differing(task, settings);
  const isOwn = Object.keys(over).length > 0;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        What differs from the task is set on this step; everything else follows the task, also when that is
        changed later.
      </Text>
      <RebootEditor settings={settings} os={os} onChange={setSettings} />
      <div className="form-foot">
        <span className="form-foot-note quiet" aria-live="polite">
          {isOwn ? `Set on this step: ${settingNames(over)}.` : 'This step has the settings of its task.'}
        </span>
        <Group gap="sm" wrap="nowrap">
          <Button variant="subtle" disabled={!isOwn} onClick={() => setSettings(task)}>
            As the task
          </Button>
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <ActionButton
            variant="filled"
            refusal={
              rebootSettingsProblems(settings).length > 0 ? 'Mend the fields that are marked first.' : null
            }
            onClick={() => {
              save({ ...step, interactiveReboot: isOwn ? over : null });
              close();
            }}
          >
            Set
          </ActionButton>
        </Group>
      </div>
    </Stack>
  );
}
