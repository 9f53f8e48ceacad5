import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { fieldErrors, sentence } from '../../forms/field-errors.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';

/** Sends a mail to see whether the settings of the mail server work (P-15). */
export function TestMail() {
  const [to, setTo] = useState('');
  const refusal = useRefusal()('setting.write');
  const test = useMutation({
    mutationFn: (address: string) =>
      send<{ to: string; answer: string }>('POST', '/settings/test-mail', { to: address }),
    onSuccess: (sent) => notifyDone(`The mail server has taken a mail to ${sent.to}.`),
  });
  const wrong = test.isError ? fieldErrors(test.error)['to'] : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (to.trim() !== '') test.mutate(to.trim());
  };
  return (
    <form className="setting-test" onSubmit={submit}>
      <TextInput
        type="email"
        label="Send a test mail to"
        w={320}
        error={wrong === undefined ? null : sentence(wrong)}
        value={to}
        onChange={({ currentTarget }) => setTo(currentTarget.value)}
      />
      <ActionButton
        type="submit"
        refusal={refusal ?? (to.trim() === '' ? 'say who is to get it' : null)}
        loading={test.isPending}
      >
        Send
      </ActionButton>
      {test.isError && wrong === undefined && <ProblemView error={test.error} />}
    </form>
  );
}
