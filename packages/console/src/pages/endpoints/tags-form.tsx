import { Button, Group, Stack, Textarea } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type SubmitEvent, useState } from 'react';
import { ProblemView } from '../../ui/problem-view.tsx';

type Tags = Readonly<Record<string, string>>;

/** Opens the dialog in which an endpoint's tags are changed. */
export function editTags(name: string, tags: Tags, save: (tags: Tags) => Promise<unknown>): void {
  modals.open({ modalId: 'tags', title: `Tags of ${name}`, children: <TagsForm tags={tags} save={save} /> });
}

const close = (): void => modals.close('tags');

function TagsForm({ tags, save }: { readonly tags: Tags; readonly save: (tags: Tags) => Promise<unknown> }) {
  const [text, setText] = useState(
    Object.entries(tags)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
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

/** Tags by name, or what is wrong with the text. */
function parseTags(text: string): Tags | string {
  const tags: Record<string, string> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [, name, value] = /^([A-Za-z][A-Za-z0-9_.-]{0,63})\s*=\s*(.{0,200})$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return `“${line}” must be name=value; a name is a letter, then letters, digits, “_”, “.” or “-”`;
    }
    if (Object.hasOwn(tags, name)) return `“${name}” is there twice`;
    tags[name] = value;
  }
  return tags;
}
