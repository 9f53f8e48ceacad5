import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Plan } from '@patchbay/contracts/plan';
import { useState } from 'react';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { scheduleInWords } from './plan-words.ts';

type Verdict = 'approve' | 'reject';

/** What is sent, and what is said when it is done. */
interface Words {
  readonly body: { readonly reference: string | null; readonly reason: string | null };
  readonly done: string;
}

const modalId = 'plan-verdict';

/** Asks for the reference and the reason of an approval or a rejection (P-09). */
export function openVerdict(plan: Plan, verdict: Verdict, onGiven: (words: Words) => void): void {
  modals.open({
    modalId,
    title: `${verdict === 'approve' ? 'Approve' : 'Reject'} “${plan.name}”?`,
    children: <VerdictForm plan={plan} verdict={verdict} onGiven={onGiven} />,
  });
}

function VerdictForm({
  plan: { name, schedule },
  verdict,
  onGiven,
}: {
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly onGiven: (words: Words) => void;
}) {
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const close = (): void => modals.close(modalId);
  const give = (): void => {
    close();
    onGiven({
      body: { reference: reference.trim() || null, reason: reason.trim() || null },
      done: verdict === 'approve' ? `“${name}” is approved.` : `“${name}” is rejected.`,
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        give();
      }}
    >
      <Stack>
        <Text size="sm">
          {verdict === 'approve'
            ? `Its cycle then opens by itself: ${scheduleInWords(schedule)}.`
            : 'Nothing starts. Whoever wrote it can change it and activate it anew.'}
        </Text>
        <TextInput
          label="Reference"
          description="What your change or ticket system calls it"
          maxLength={200}
          data-autofocus
          value={reference}
          onChange={({ currentTarget }) => setReference(currentTarget.value)}
        />
        <Textarea
          label="Reason"
          autosize
          minRows={2}
          maxLength={2000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <DialogFoot onLeave={close}>
          <Button type="submit" {...(verdict === 'reject' ? { color: 'red.9' } : {})}>
            {verdict === 'approve' ? 'Approve' : 'Reject'}
          </Button>
        </DialogFoot>
      </Stack>
    </form>
  );
}
