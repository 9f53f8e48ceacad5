import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import type { Action } from '@patchbay/domain/permission/table';
import type { Theme } from '@patchbay/domain/user/theme';
import {
  IconActivity,
  IconAdjustments,
  IconBell,
  IconCalendarClock,
  IconCalendarEvent,
  IconCheck,
  IconCode,
  IconDeviceDesktop,
  IconFilter,
  IconHistory,
  IconKey,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconPower,
  IconRefreshDot,
  IconRoute,
  IconServer,
  IconStack2,
  IconSun,
  IconUserCircle,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { send } from '../../api/client.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { queryClient } from '../../api/query-client.ts';
import { sessionQuery, useSession } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { notifyProblem } from '../notify.ts';
import './shell.css';

interface Entry {
  readonly to: string;
  readonly label: string;
  readonly icon: typeof IconServer;
  /** Who may not do this does not see it. */
  readonly needs?: Action;
}

const groups: readonly { readonly title: string | null; readonly entries: readonly Entry[] }[] = [
  {
    title: null,
    entries: [
      { to: paths.plans, label: 'Plans', icon: IconCalendarEvent },
      { to: paths.endpoints, label: 'Endpoints', icon: IconServer },
      { to: paths.reboots, label: 'Pending reboots', icon: IconPower },
      { to: paths.cycles, label: 'Cycles', icon: IconRefreshDot },
      { to: paths.activities, label: 'Activities', icon: IconActivity },
    ],
  },
  {
    title: 'System',
    entries: [
      { to: paths.tasks, label: 'Scripts and tasks', icon: IconCode },
      { to: paths.workflows, label: 'Workflows', icon: IconRoute },
      { to: paths.groups, label: 'Groups', icon: IconStack2 },
      { to: paths.windows, label: 'Maintenance', icon: IconCalendarClock },
      { to: paths.patchFilters, label: 'Patch filters', icon: IconFilter },
    ],
  },
  {
    title: 'Platform configuration',
    entries: [
      { to: paths.settings, label: 'Settings', icon: IconAdjustments },
      { to: paths.logs, label: 'Logs & Alerts', icon: IconBell },
      { to: paths.users, label: 'Users and roles', icon: IconUsers, needs: 'user.read' },
      {
        to: paths.enrolmentTokens,
        label: 'Enrolment',
        icon: IconPlugConnected,
        needs: 'enrolmentToken.read',
      },
      { to: paths.apiTokens, label: 'API tokens', icon: IconKey, needs: 'apiToken.read' },
      {
        to: paths.webhookSenders,
        label: 'Webhook senders',
        icon: IconWebhook,
        needs: 'webhookSender.read',
      },
      { to: paths.audit, label: 'Audit', icon: IconHistory, needs: 'audit.read' },
    ],
  },
];

/** What stands around every page of somebody who is signed in; when the session ends, they are asked to sign in. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return session === null ? <SignInAgain /> : <SignedInShell />;
}

function SignInAgain() {
  const navigate = useNavigate();
  useEffect(() => {
    const { pathname, search } = window.location;
    void navigate({ to: paths.signIn, search: { next: pathname + search } });
  }, [navigate]);
  return null;
}

function SignedInShell() {
  useLiveUpdates();
  const { actions } = useSession();
  useOwnTheme();
  return (
    <div className="shell">
      <a className="shell-skip" href="#content">
        To the content
      </a>
      <nav className="shell-nav" aria-label="Main">
        <Link to={paths.home} className="shell-brand">
          <img src="/patchbay.svg" alt="" width={26} height={26} />
          <span>Patchbay</span>
        </Link>
        {groups.map(({ title, entries }) => {
          const allowed = entries.filter(({ needs }) => needs === undefined || actions.includes(needs));
          return (
            <NavGroup key={title} title={title}>
              {allowed.map(({ to, label, icon: Icon }) => (
                <li key={to}>
                  <Link to={to} className="shell-link" title={label} activeProps={{ 'aria-current': 'page' }}>
                    <Icon size={18} stroke={1.7} aria-hidden="true" />
                    <span>{label}</span>
                  </Link>
                </li>
              ))}
            </NavGroup>
          );
        })}
        <div className="shell-foot">
          <PersonMenu />
        </div>
      </nav>
      <main id="content" className="shell-main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function NavGroup({ title, children }: { readonly title: string | null; readonly children: ReactNode }) {
  return (
    <div className="shell-group">
      {title !== null && <div className="shell-group-title">{title}</div>}
      <ul aria-label={title ?? 'Work'}>{children}</ul>
    </div>
  );
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function PersonMenu() {
  const { displayName, role } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const chooseTheme = useThemeChoice(setColorScheme);
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    try {
      await send('DELETE', '/sessions/current');
    } catch (error) {
      notifyProblem(error);
      return;
    }
    await navigate({ to: paths.signIn });
    queryClient.clear();
  };
  return (
    <Menu position="top-start" withinPortal width={220}>
      <Menu.Target>
        <UnstyledButton className="shell-link shell-person" title={displayName}>
          <IconUserCircle size={20} stroke={1.6} aria-hidden="true" />
          <span className="shell-person-words">
            <Text component="span" size="sm" fw={500} className="clip">
              {displayName}
            </Text>
            <Text component="span" size="xs" c="dimmed">
              {role}
            </Text>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUserCircle size={16} aria-hidden="true" />}
          onClick={() => void navigate({ to: paths.profile })}
        >
          Profile
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} aria-hidden="true" />}
            rightSection={colorScheme === value ? <IconCheck size={14} aria-label="chosen" /> : null}
            onClick={() => chooseTheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The theme that the user has chosen, in whichever browser. */
function useOwnTheme(): void {
  const { theme } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (theme !== null) setColorScheme(theme);
  }, [theme, setColorScheme]);
}

/** Shows the theme at once, and keeps it with the user for other browsers. */
function useThemeChoice(show: (theme: Theme) => void): (theme: Theme) => void {
  const { kind, displayName } = useSession();
  return (theme) => {
    show(theme);
    if (kind !== 'user') return;
    send('PUT', '/whoami/profile', { displayName, theme })
      .then(() => queryClient.invalidateQueries(sessionQuery))
      .catch(notifyProblem);
  };
}
