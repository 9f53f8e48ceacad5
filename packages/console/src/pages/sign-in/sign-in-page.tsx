import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { paths } from '../../paths.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Door } from './door.tsx';

/** Name and password (S-01). */
export function SignInPage() {
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false }) as { next?: string };
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '' },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give your name' : null),
      password: (password) => (password === '' ? 'Give your password' : null),
    },
  });
  const signIn = useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }) =>
      send('POST', '/sessions', { name: name.trim(), password }),
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ to: pathWithin(next) });
    },
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <Door title="Sign in">
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack>
          {signIn.isError && <ProblemView error={signIn.error} />}
          <TextInput
            label="Name"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={signIn.isPending} fullWidth mt="xs">
            Sign in
          </Button>
        </Stack>
      </form>
    </Door>
  );
}

/** Only a path of this console: a link must not lead elsewhere after signing in. */
function pathWithin(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : paths.home;
}
