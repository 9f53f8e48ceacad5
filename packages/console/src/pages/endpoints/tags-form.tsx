import { Button, Group, Stack, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type SubmitEvent, useState } from 'react';
import { ProblemView } from '../../ui/problem-view.tsx';
import { parseTags, type Tags, tagsText } from './tags-text.ts';

/** Opens the dialog in which an endpoint's tags are changed. */
export function editTags(name: string, tags: Tags, save: (tags: Tags) => Promise<unknown>): void {
  modals.open({ modalId: 'tags', title: `Tags of ${name}`, children: <TagsForm tags={tags} save={save} /> });
}

const close = (): void => modals.close('tags');

function TagsForm({ tags, save }: { readonly tags: Tags; readonly save: (tags: Tags) => Promise<unknown> }) {
  const [text, setText] = useState(tagsText(tags, '\n'));
  const [problem, setProblem] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const parsed = parseTags(text);
    if (typeof parsed === 'string') return setProblem(parsed);
    save(parsed).then(close, setError);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {error !== null && <ProblemView error={error} />}
        <Textarea
          label="One a line, as name=value"
          description="Plans and Run Task choose endpoints by them: tag:name=value"
          autosize
          minRows={4}
          maxRows={14}
          data-autofocus
          value={text}
          error={problem}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
          classNames={{ input: 'code' }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave them
          </Button>
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  );
}
