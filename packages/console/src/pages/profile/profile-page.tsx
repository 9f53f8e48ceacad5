import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { passwordLength } from '@patchbay/domain/user/password';
import type { Theme } from '@patchbay/domain/user/theme';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { passwordRefusal } from '../../forms/password-refusal.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';
import { SessionsSection } from './sessions-section.tsx';

/** What somebody can change about themselves (S-01). */
export function ProfilePage() {
  const { name, role, displayName, theme, expiresAt, kind } = useSession();
  return (
    <Page title="Profile" description="How you are known here, your password, and where you are signed in.">
      <Section title="You">
        <FactList
          facts={[
            ['Name', name],
            ['Role', role],
            ['Signed in', kind === 'token' ? 'with an API token' : 'with a password'],
            ['Until', <When key="until" at={expiresAt} none="it is revoked" />],
          ]}
        />
      </Section>
      {kind !== 'token' && (
        <>
          <Section title="Display name">
            <DisplayNameForm displayName={displayName} theme={theme ?? 'auto'} />
          </Section>
          <Section title="Password">
            <PasswordForm name={name} />
          </Section>
          <SessionsSection />
        </>
      )}
    </Page>
  );
}

function DisplayNameForm({ displayName, theme }: { readonly displayName: string; readonly theme: Theme }) {
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { displayName },
    validate: { displayName: (text) => (text.trim() === '' ? 'Give a name that others see' : null) },
  });
  const save = useMutation({
    mutationFn: (values: typeof form.values) =>
      send('PUT', '/whoami/profile', { displayName: values.displayName.trim(), theme }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(sessionQuery);
      notifyDone('Your display name is saved.');
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack maw={380}>
        {save.isError && <ProblemView error={save.error} />}
        <TextInput
          label="Display name"
          maxLength={120}
          autoComplete="name"
          key={form.key('displayName')}
          {...form.getInputProps('displayName')}
        />
        <div>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </div>
      </Stack>
    </form>
  );
}

function PasswordForm({ name }: { readonly name: string }) {
  const queryClient = useQueryClient();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', newPassword: '', again: '' },
    validate: {
      currentPassword: (text) => (text === '' ? 'Give your password of now' : null),
      newPassword: (text) => passwordRefusal(text, name),
      again: (again, { newPassword }) => (again === newPassword ? null : 'The two passwords differ'),
    },
  });
  const save = useMutation({
    mutationFn: ({ currentPassword, newPassword }: typeof form.values) =>
      send('PUT', '/whoami/password', { currentPassword, newPassword }),
    onSuccess: () => {
      form.reset();
      notifyDone('Your password is changed; you are signed out everywhere else.');
      void queryClient.invalidateQueries({ queryKey: ['sessions'] });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <Stack maw={380}>
        {save.isError && <ProblemView error={save.error} />}
        <PasswordInput
          label="Password now"
          autoComplete="current-password"
          key={form.key('currentPassword')}
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label="New password"
          description={`At least ${passwordLength.minimum} characters`}
          autoComplete="new-password"
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          key={form.key('again')}
          {...form.getInputProps('again')}
        />
        <div>
          <Button type="submit" loading={save.isPending}>
            Change the password
          </Button>
        </div>
      </Stack>
    </form>
  );
}
