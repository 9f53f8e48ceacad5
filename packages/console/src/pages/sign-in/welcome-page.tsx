import { Center, Loader } from '@mantine/core';
import type { LinkPurpose } from '@patchbay/contracts/welcome';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Door } from './door.tsx';
import { NewPasswordForm, NewUserForm } from './welcome-forms.tsx';
import { takeWelcomeToken } from './welcome-token.ts';

/** What a one-time link opens: becoming a user, or a new password (S-01). */
export function WelcomePage() {
  const [token] = useState(takeWelcomeToken);
  const link = useQuery({
    queryKey: ['one-time link', token],
    enabled: token !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => send<LinkPurpose>('POST', '/welcome/check', { token }),
  });
  const signInInstead = <RouterLink to={paths.signIn}>Sign in</RouterLink>;
  if (token === null) {
    return (
      <Door title="Welcome">
        <Nothing title="This link is not complete" action={signInInstead}>
          Open the whole link that you were given, with everything behind the “#”.
        </Nothing>
      </Door>
    );
  }
  if (link.isError) {
    return (
      <Door title="Welcome">
        <ProblemView error={link.error} />
        <Center mt="md">{signInInstead}</Center>
      </Door>
    );
  }
  if (link.data === undefined) {
    return (
      <Door title="Welcome">
        <Center p="xl">
          <Loader aria-label="Reading what the link is for" />
        </Center>
      </Door>
    );
  }
  const { purpose, role, name } = link.data;
  if (purpose === 'passwordReset') {
    return (
      <Door
        title="New password"
        words={`For ${name ?? 'you'}. You are signed in with it at once, and out everywhere else.`}
      >
        <NewPasswordForm token={token} name={name ?? ''} />
      </Door>
    );
  }
  const words =
    purpose === 'firstAdministrator'
      ? 'Make the first administrator of this installation. The link works once.'
      : `You were invited as ${role}. Choose how you sign in; the link works once.`;
  return (
    <Door title="Welcome" words={words}>
      <NewUserForm
        token={token}
        action={purpose === 'firstAdministrator' ? 'Create the administrator' : 'Join'}
      />
    </Door>
  );
}
