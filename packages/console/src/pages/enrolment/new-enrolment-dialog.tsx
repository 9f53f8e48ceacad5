import { Alert, Group, NumberInput, Select, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import type { CreatedEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { useState } from 'react';
import { IssueForm } from '../../forms/issue-form.tsx';
import { Copyable, openShownOnce, ShownOnce } from '../../ui/shown-once.tsx';
import { When } from '../../ui/time.tsx';
import { parseTags } from '../endpoints/tags-text.ts';
import { type AgentSystem, addressProblem, installCommand } from './install-command.ts';

const lifetimes = [
  { value: '60', label: 'An hour' },
  { value: '1440', label: 'A day' },
  { value: '10080', label: 'A week' },
  { value: '43200', label: '30 days' },
];
const mostUses = 100_000;

/** Opens the dialog that lets machines join, and shows the command for them this once (E-01). */
export function openNewEnrolment(): void {
  openShownOnce('Add endpoints', 'xl', <NewEnrolment />);
}

function NewEnrolment() {
  const [description, setDescription] = useState('');
  const [uses, setUses] = useState<number | string>(1);
  const [minutes, setMinutes] = useState('1440');
  const [typed, setTyped] = useState('');
  const tags = parseTags(typed);
  const request =
    typeof tags === 'string' || typeof uses === 'string' || uses < 1
      ? null
      : { description: description.trim(), uses, expiresInMinutes: Number(minutes), tags };
  return (
    <IssueForm<CreatedEnrolmentToken>
      noun="enrolment-tokens"
      request={request}
      action="Make the command"
      shown={(made) => <Commands made={made} />}
    >
      {(errors) => (
        <>
          <Text size="sm">
            Machines join with a token. It makes the command for them, and is used up or expires by itself.
          </Text>
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
            error={typeof tags === 'string' ? tags : errors['tags']}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <TextInput
            label="Description"
            description="To tell it from other tokens"
            maxLength={200}
            error={errors['description']}
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          />
        </>
      )}
    </IssueForm>
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
