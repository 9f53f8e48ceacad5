import { Button, Checkbox, Group, NumberInput, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type SubmitEvent, useState } from 'react';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { stepFailureSentence } from './failure-sentences.ts';
import type { DraftStep } from './workflow-values.ts';

/** Opens what a step may set over its task (L-50). */
export function openStepOptions(step: DraftStep, save: (step: DraftStep) => void): void {
  modals.open({
    modalId: 'step-options',
    title: step.task.name,
    size: 'lg',
    children: <StepOptionsForm step={step} save={save} />,
  });
}

const close = (): void => modals.close('step-options');
const factName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

function StepOptionsForm({
  step,
  save,
}: {
  readonly step: DraftStep;
  readonly save: (step: DraftStep) => void;
}) {
  const [draft, setDraft] = useState(step);
  const { onFailure, condition, timeoutMinutes, retries } = draft;
  const wrongFact = condition !== null && !factName.test(condition.fact);
  const [tried, setTried] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrongFact) return;
    save(draft);
    close();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Radio.Group
          label="On failure"
          value={onFailure}
          onChange={(value) => setDraft({ ...draft, onFailure: value })}
        >
          <Stack gap={6} mt={6}>
            <Radio value="stop" label="Stop" />
            <Radio value="continue" label="Continue" />
          </Stack>
          <Text size="sm" c="dimmed" mt={6}>
            {stepFailureSentence(onFailure)}
          </Text>
        </Radio.Group>
        <Stack gap="xs">
          <Checkbox
            label="Only if a fact has a value"
            checked={condition !== null}
            onChange={({ currentTarget }) =>
              setDraft({
                ...draft,
                condition: currentTarget.checked
                  ? { fact: 'rebootNeeded', is: 'equal', value: 'true' }
                  : null,
              })
            }
          />
          {condition !== null && (
            <Group align="flex-start" wrap="nowrap">
              <TextInput
                label="Fact"
                maxLength={64}
                error={tried && wrongFact ? 'A letter, then letters, digits, “_”, “.” or “-”' : null}
                value={condition.fact}
                onChange={({ currentTarget }) =>
                  setDraft({ ...draft, condition: { ...condition, fact: currentTarget.value } })
                }
              />
              <Select
                label="Comparison"
                allowDeselect={false}
                w={120}
                data={[
                  { value: 'equal', label: 'is' },
                  { value: 'notEqual', label: 'is not' },
                ]}
                value={condition.is}
                onChange={(is) =>
                  setDraft({ ...draft, condition: { ...condition, is: is as typeof condition.is } })
                }
              />
              <TextInput
                label="Value"
                value={condition.value}
                onChange={({ currentTarget }) =>
                  setDraft({ ...draft, condition: { ...condition, value: currentTarget.value } })
                }
              />
            </Group>
          )}
        </Stack>
        <Stack gap="xs">
          <Checkbox
            label="A time-out of its own"
            checked={timeoutMinutes !== null}
            onChange={({ currentTarget }) =>
              setDraft({ ...draft, timeoutMinutes: currentTarget.checked ? 30 : null })
            }
          />
          {timeoutMinutes !== null && (
            <NumberInput
              label="Minutes for one attempt"
              min={1}
              max={10_080}
              allowDecimal={false}
              maw={200}
              value={timeoutMinutes}
              onChange={(value) => setDraft({ ...draft, timeoutMinutes: Number(value) || 1 })}
            />
          )}
          <Checkbox
            label="Retries of its own"
            checked={retries !== null}
            onChange={({ currentTarget }) =>
              setDraft({ ...draft, retries: currentTarget.checked ? { count: 1, delaySeconds: 60 } : null })
            }
          />
          {retries !== null && (
            <Group>
              <NumberInput
                label="Retries"
                min={0}
                max={20}
                allowDecimal={false}
                maw={160}
                value={retries.count}
                onChange={(value) =>
                  setDraft({ ...draft, retries: { ...retries, count: Number(value) || 0 } })
                }
              />
              <NumberInput
                label="Seconds between them"
                min={0}
                max={86_400}
                allowDecimal={false}
                maw={200}
                value={retries.delaySeconds}
                onChange={(value) =>
                  setDraft({ ...draft, retries: { ...retries, delaySeconds: Number(value) || 0 } })
                }
              />
            </Group>
          )}
        </Stack>
        <DialogFoot onLeave={close}>
          <Button type="submit">Set</Button>
        </DialogFoot>
      </Stack>
    </form>
  );
}
