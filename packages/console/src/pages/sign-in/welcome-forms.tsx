import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { passwordLength } from '@patchbay/domain/user/password';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { passwordRefusal } from '../../forms/password-refusal.ts';
import { paths } from '../../paths.ts';
import { ProblemView } from '../../ui/problem-view.tsx';

const passwordWords = `At least ${passwordLength.minimum} characters; a few words are easier than signs`;
const differ = 'The two passwords differ';

/** Name, display name and password of a new user. */
export function NewUserForm({ token, action }: { readonly token: string; readonly action: string }) {
  const enter = useEntering();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', displayName: '', password: '', again: '' },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give a name to sign in with' : null),
      password: (password, { name }) => passwordRefusal(password, name),
      again: (again, { password }) => (again === password ? null : differ),
    },
  });
  const welcome = useMutation({
    mutationFn: ({ name, displayName, password }: typeof form.values) => {
      const signInName = name.trim();
      const shown = displayName.trim() || signInName;
      return send('POST', '/welcome', { token, name: signInName, displayName: shown, password });
    },
    onSuccess: enter,
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => welcome.mutate(values))} noValidate>
      <Stack>
        {welcome.isError && <ProblemView error={welcome.error} />}
        <TextInput
          label="Name"
          description="What you sign in with"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          maxLength={64}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="Display name"
          description="What others see; your name if you leave it empty"
          autoComplete="name"
          maxLength={120}
          key={form.key('displayName')}
          {...form.getInputProps('displayName')}
        />
        <PasswordInput
          label="Password"
          description={passwordWords}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label="Password again"
          autoComplete="new-password"
          key={form.key('again')}
          {...form.getInputProps('again')}
        />
        <Button type="submit" loading={welcome.isPending} fullWidth mt="xs">
          {action}
        </Button>
      </Stack>
    </form>
  );
}

/** A new password for a user who exists. */
export function NewPasswordForm({ token, name }: { readonly token: string; readonly name: string }) {
  const enter = useEntering();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '', again: '' },
    validate: {
      password: (password) => passwordRefusal(password, name),
      again: (again, { password }) => (again === password ? null : differ),
    },
  });
  const reset = useMutation({
    mutationFn: ({ password }: typeof form.values) => send('POST', '/password-resets', { token, password }),
    onSuccess: enter,
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => reset.mutate(values))} noValidate>
      <Stack>
        {reset.isError && <ProblemView error={reset.error} />}
        <input type="hidden" autoComplete="username" value={name} readOnly />
        <PasswordInput
          label="New password"
          description={passwordWords}
          autoComplete="new-password"
          autoFocus
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          key={form.key('again')}
          {...form.getInputProps('again')}
        />
        <Button type="submit" loading={reset.isPending} fullWidth mt="xs">
          Save and sign in
        </Button>
      </Stack>
    </form>
  );
}

function useEntering(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    queryClient.clear();
    await navigate({ to: paths.home });
  };
}
