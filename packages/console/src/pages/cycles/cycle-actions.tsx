import { Button, Stack, Text, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Cycle } from '@patchbay/contracts/cycle';
import { IconBan, IconPlayerPause, IconPlayerPlay, IconReport, IconRubberStamp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { apiAddress, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';

interface Deed {
  readonly path: 'cancel' | 'halt' | 'resume' | 'approve-wave';
  readonly body?: unknown;
  readonly done: string;
}

/** What people do to a cycle as a whole: approve the next wave, halt, resume, cancel (P-08, W-13). */
export function CycleActions({ cycle }: { readonly cycle: Cycle }) {
  const { id, status, runs, rollout } = cycle;
  const refusal = useRefusal();
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ path, body = {} }: Deed) => send<Cycle>('POST', `/cycles/${id}/${path}`, body),
    onSuccess: async (_answer, { done }) => {
      notifyDone(done);
      await Promise.all(
        ['cycles', 'runs', 'plans'].map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })),
      );
    },
    onError: notifyProblem,
  });
  if (status === 'finished') return <ReportLink id={id} />;
  const next = waveToApprove(cycle);
  const isCancelling = status === 'cancelling' ? 'It is being cancelled already.' : null;
  return (
    <>
      <ReportLink id={id} />
      {next !== null && (
        <ActionButton
          variant="filled"
          icon={IconRubberStamp}
          refusal={refusal('cycle.approveWave')}
          loading={act.isPending}
          onClick={() =>
            confirm({
              title: `Open the wave “${next.name}”?`,
              touches: `${next.runs.toLocaleString()} more endpoints are worked on, each inside its maintenance windows. A wave that is open cannot be closed; the cycle can be halted.`,
              action: 'Approve',
              onConfirm: () =>
                act.mutate({ path: 'approve-wave', done: `The wave “${next.name}” is approved.` }),
            })
          }
        >
          Approve the next wave
        </ActionButton>
      )}
      {rollout?.status === 'halted' && (
        <ActionButton
          variant="filled"
          icon={IconPlayerPlay}
          refusal={refusal('cycle.resume')}
          loading={act.isPending}
          onClick={() =>
            confirm({
              title: 'Resume the cycle?',
              touches: `${runs.queued.toLocaleString()} queued runs start as their waves and windows allow. What halted it is put up with: only further failures halt it again.`,
              action: 'Resume',
              onConfirm: () => act.mutate({ path: 'resume', done: `Cycle #${id} goes on.` }),
            })
          }
        >
          Resume
        </ActionButton>
      )}
      {rollout?.status === 'running' && (
        <ActionButton
          icon={IconPlayerPause}
          refusal={isCancelling ?? refusal('cycle.halt')}
          loading={act.isPending}
          onClick={() =>
            openHalt(runs, (reason) =>
              act.mutate({ path: 'halt', body: { reason }, done: `Cycle #${id} is halted.` }),
            )
          }
        >
          Halt
        </ActionButton>
      )}
      <ActionButton
        icon={IconBan}
        refusal={isCancelling ?? refusal('cycle.cancel')}
        loading={act.isPending}
        onClick={() =>
          confirm({
            title: `Cancel ${runs.queued + runs.running} runs?`,
            touches: (
              <>
                {runs.queued} queued runs end at once. On {runs.running} endpoints the script that runs is
                asked to stop; a patch operation under way is never cut, and no further step starts. What has
                finished stays as it is.
              </>
            ),
            action: 'Cancel the cycle',
            dangerous: true,
            onConfirm: () => act.mutate({ path: 'cancel', done: `Cycle #${id} is being cancelled.` }),
          })
        }
      >
        Cancel
      </ActionButton>
    </>
  );
}

/** The report as a page that prints well (P-15). */
function ReportLink({ id }: { readonly id: number }) {
  return (
    <Button
      component="a"
      href={apiAddress(`/cycles/${id}/report.html`)}
      target="_blank"
      variant="default"
      leftSection={<IconReport size={16} />}
    >
      Report
    </Button>
  );
}

/** The wave that opens when the gate before it is approved; null when none waits for that. */
function waveToApprove({ rollout }: Cycle): { readonly name: string; readonly runs: number } | null {
  if (rollout?.status !== 'running') return null;
  const place = rollout.waves.findIndex(({ gate }) => gate?.state === 'approval');
  const next = place < 0 ? undefined : rollout.waves[place + 1];
  return next === undefined ? null : { name: next.name, runs: next.counts.queued };
}

function openHalt(runs: Cycle['runs'], onHalt: (reason: string) => void): void {
  modals.open({
    modalId: 'halt-cycle',
    title: 'Halt the cycle?',
    children: <Halt runs={runs} onHalt={onHalt} />,
  });
}

function Halt({ runs, onHalt }: { readonly runs: Cycle['runs']; readonly onHalt: (reason: string) => void }) {
  const [reason, setReason] = useState('');
  const close = (): void => modals.close('halt-cycle');
  return (
    <Stack>
      <Text size="sm">
        {runs.running.toLocaleString()} endpoints finish what they are doing; {runs.queued.toLocaleString()}{' '}
        queued runs do not start until the cycle is resumed.
      </Text>
      <Textarea
        label="Reason"
        description="Stands on this page, on the plan and in the audit"
        required
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <DialogFoot onLeave={close}>
        <Button
          disabled={reason.trim() === ''}
          onClick={() => {
            close();
            onHalt(reason.trim());
          }}
        >
          Halt
        </Button>
      </DialogFoot>
    </Stack>
  );
}
