import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { passwordLength } from '@patchbay/domain/user/password';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { passwordRefusal } from '../../forms/password-refusal.ts';
import { paths } from '../../paths.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Door } from './door.tsx';
import { takeWelcomeToken } from './welcome-token.ts';

/** What the one-time link of the first start opens: the first administrator is made here (S-01). */
export function WelcomePage() {
  const [token] = useState(takeWelcomeToken);
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', displayName: '', password: '', again: '' },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give a name to sign in with' : null),
      password: (password, { name }) => passwordRefusal(password, name),
      again: (again, { password }) => (again === password ? null : 'The two passwords differ'),
    },
  });
  const welcome = useMutation({
    mutationFn: ({ name, displayName, password }: typeof form.values) =>
      send('POST', '/welcome', {
        token,
        name: name.trim(),
        displayName: displayName.trim() || name.trim(),
        password,
      }),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: paths.home });
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  if (token === null) {
    return (
      <Door title="Welcome">
        <Nothing title="This link is not complete">
          Open the whole link that the server printed at its first start. Once an administrator exists,{' '}
          <RouterLink to={paths.signIn}>sign in</RouterLink>.
        </Nothing>
      </Door>
    );
  }
  return (
    <Door title="Welcome" words="Make the first administrator of this installation. The link works once.">
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
            maxLength={120}
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
            description={`At least ${passwordLength.minimum} characters; a few words are easier than signs`}
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
            Create the administrator
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
