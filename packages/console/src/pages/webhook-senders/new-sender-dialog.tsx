import { Text } from '@mantine/core';
import type { CreatedWebhookSender } from '@patchbay/contracts/webhook-sender';
import { useState } from 'react';
import { IssueForm } from '../../forms/issue-form.tsx';
import { NameInput } from '../../forms/name-fields.tsx';
import { Copyable, openShownOnce, ShownOnce } from '../../ui/shown-once.tsx';
import { decisionAddress, signingRecipe } from './signing-recipe.ts';

/** Opens the dialog that makes a sender of signed webhooks, and shows its secret this once. */
export function openNewSender(): void {
  openShownOnce('New webhook sender', 'xl', <NewSender />);
}

function NewSender() {
  const [name, setName] = useState('');
  return (
    <IssueForm<CreatedWebhookSender>
      noun="webhook-senders"
      request={name.trim() === '' ? null : { name: name.trim() }}
      action="Create"
      shown={(made) => <Recipe made={made} />}
    >
      {(errors) => (
        <NameInput
          description="The system that decides; plans and the audit name it as who approved"
          placeholder="ServiceNow"
          data-autofocus
          error={errors['name']}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
      )}
    </IssueForm>
  );
}

function Recipe({ made: { id, secret } }: { readonly made: CreatedWebhookSender }) {
  const address = decisionAddress(window.location.origin, id);
  return (
    <ShownOnce
      words="This is the secret that the system signs with. It is shown this once only; keep it like a password."
      secret={secret}
    >
      <Text size="sm">It sends its decisions to this address:</Text>
      <Copyable text={address} />
      <Text size="sm">
        To try it, put the secret in and run this where nobody else is signed in: others on the machine can
        see the key for a moment. A library for Standard Webhooks does the same.
      </Text>
      <Copyable text={signingRecipe(address, 'whsec_…')} />
    </ShownOnce>
  );
}
