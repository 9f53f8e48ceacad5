import {
  Alert,
  Button,
  Group,
  NumberInput,
  Select,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { modals } from '@mantine/modals';
import type { CreatedEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Copyable, ShownOnce } from '../../ui/shown-once.tsx';
import { When } from '../../ui/time.tsx';
import { parseTags } from '../endpoints/tags-text.ts';
import { type AgentSystem, addressProblem, installCommand } from './install-command.ts';

const close = (): void => modals.close('new-enrolment');
const lifetimes = [
  { value: '60', label: 'An hour' },
  { value: '1440', label: 'A day' },
  { value: '10080', label: 'A week' },
  { value: '43200', label: '30 days' },
];
const mostUses = 100_000;

/** Opens the dialog that lets machines join, and shows the command for them this once (E-01). */
export function openNewEnrolment(): void {
  modals.open({
    modalId: 'new-enrolment',
    title: 'Add endpoints',
    size: 'xl',
    // What is shown once must not vanish by a click beside it.
    closeOnClickOutside: false,
    closeOnEscape: false,
    children: <NewEnrolment />,
  });
}

function NewEnrolment() {
  const [description, setDescription] = useState('');
  const [uses, setUses] = useState<number | string>(1);
  const [minutes, setMinutes] = useState('1440');
  const [tags, setTags] = useState('');
  const parsed = parseTags(tags);
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      send<CreatedEnrolmentToken>('POST', '/enrolment-tokens', {
        description: description.trim(),
        uses: Number(uses),
        expiresInMinutes: Number(minutes),
        tags: parsed,
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['enrolment-tokens'] }),
  });
  if (create.data !== undefined) return <Commands made={create.data} />;
  const errors = create.isError ? fieldErrors(create.error) : {};
  const usable = typeof parsed !== 'string' && typeof uses === 'number' && uses >= 1;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (usable) create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          Machines join with a token. It makes the command for them, and is used up or expires by itself.
        </Text>
        {create.isError && Object.keys(errors).length === 0 && <ProblemView error={create.error} />}
        <Group grow align="flex-start">
          <NumberInput
            label="For how many machines"
            min={1}
            max={mostUses}
            clampBehavior="strict"
            allowDecimal={false}
            data-autofocus
            error={errors['uses']}
            value={uses}
            onChange={setUses}
          />
          <Select
            label="Valid for"
            allowDeselect={false}
            data={lifetimes}
            value={minutes}
            onChange={(value) => setMinutes(value ?? '1440')}
          />
        </Group>
        <Textarea
          label="Tags"
          description="What these machines are tagged with; one on each line"
          placeholder={'ring=pilot\nsite=basel'}
          autosize
          minRows={2}
          maxRows={8}
          error={typeof parsed === 'string' ? parsed : errors['tags']}
          value={tags}
          onChange={({ currentTarget }) => setTags(currentTarget.value)}
        />
        <TextInput
          label="Description"
          description="To tell it from other tokens"
          maxLength={200}
          error={errors['description']}
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!usable}>
            Make the command
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Commands({ made: { token, uses, expiresAt } }: { readonly made: CreatedEnrolmentToken }) {
  const { origin } = window.location;
  const problem = addressProblem(origin);
  const command = (system: AgentSystem) => <Copyable text={installCommand(system, origin, token)} />;
  return (
    <ShownOnce
      words={
        <>
          Run this on {uses === 1 ? 'the machine' : `each of up to ${uses} machines`} as an administrator,
          before <When at={expiresAt} />. The token in it is shown this once only.
        </>
      }
      onClose={close}
    >
      {problem !== null && (
        <Alert variant="outline" className="remark remark-warn" title="Other machines cannot join yet">
          {problem}
        </Alert>
      )}
      <Tabs defaultValue="linux">
        <Tabs.List aria-label="Operating system of the machines">
          <Tabs.Tab value="linux">Linux</Tabs.Tab>
          <Tabs.Tab value="windows">Windows</Tabs.Tab>
          <Tabs.Tab value="other">AIX, Solaris</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="linux" pt="sm">
          {command('linux')}
        </Tabs.Panel>
        <Tabs.Panel value="windows" pt="sm">
          {command('windows')}
        </Tabs.Panel>
        <Tabs.Panel value="other" pt="sm">
          <Text size="sm">There is no agent to install on AIX and Solaris in this version.</Text>
        </Tabs.Panel>
      </Tabs>
      <Text size="sm" c="dimmed">
        The machine needs the command <code>patchbay</code>. It makes its own key, and the private key never
        leaves it. It appears among the endpoints at once; the operations manual says how the agent is made a
        service.
      </Text>
    </ShownOnce>
  );
}
