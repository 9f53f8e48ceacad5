import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { ApiProblem } from '../api/api-problem.ts';
import { DiffView } from '../ui/code/diff-view.tsx';
import { When } from '../ui/time.tsx';
import type { Theirs } from './saving.ts';

/** Two people have changed the same thing: what the other one saved, and what is about to be saved. */
export interface EditConflict<Draft> {
  readonly name: string;
  readonly theirs: Theirs<Draft>;
  readonly mine: Draft;
  readonly takeTheirs: () => void;
  readonly saveMine: () => void;
  /** Goes on with mine, theirs beside it. */
  readonly merge: () => void;
}

/** Whether somebody else has saved meanwhile (412). */
export function isEditConflict(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'EDIT_CONFLICT';
}

/** Shows both versions, and lets one be chosen or both be brought together. */
export function openEditConflict<Draft>(conflict: EditConflict<Draft>): void {
  modals.open({
    modalId: 'edit-conflict',
    title: `Somebody else has changed “${conflict.name}” meanwhile`,
    size: 'min(90rem, 94vw)',
    children: <Conflict {...conflict} />,
  });
}

function Conflict<Draft>({ theirs, mine, takeTheirs, saveMine, merge }: EditConflict<Draft>) {
  const { savedBy, savedAt, text, textOf } = theirs;
  const closing = (decide: () => void) => (): void => {
    modals.close('edit-conflict');
    decide();
  };
  return (
    <Stack>
      <Text size="sm">
        {savedBy} saved it <When at={savedAt} />. Nothing of yours is lost: it is still in the form behind
        this dialog.
      </Text>
      <DiffView before={text} after={textOf(mine)} labels={[`Saved by ${savedBy}`, 'Yours, not saved']} />
      <Group justify="flex-end">
        <Button variant="default" onClick={closing(merge)}>
          Merge by hand
        </Button>
        <Button variant="default" onClick={closing(takeTheirs)}>
          Drop mine, take theirs
        </Button>
        <Button onClick={closing(saveMine)}>Save mine over theirs</Button>
      </Group>
    </Stack>
  );
}
