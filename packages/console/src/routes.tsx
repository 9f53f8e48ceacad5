import { ModalsProvider } from '@mantine/modals';
import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { ApiProblem } from './api/api-problem.ts';
import { queryClient } from './api/query-client.ts';
import { sessionQuery } from './api/session.ts';
import { EndpointsPage } from './pages/endpoints/endpoints-page.tsx';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import { paths } from './paths.ts';
import { ProblemPage } from './ui/problem-view.tsx';
import { Shell } from './ui/shell/shell.tsx';

const nowhere = new ApiProblem({
  status: 404,
  code: null,
  title: 'No such page',
  detail: 'This address is none of the console’s.',
  advice: 'Check the address, or choose from the navigation.',
  errors: [],
  correlationId: null,
});

const root = createRootRoute({
  // Dialogs hold links: they belong inside the router.
  component: () => (
    <ModalsProvider>
      <Outlet />
    </ModalsProvider>
  ),
});

const signIn = createRoute({ getParentRoute: () => root, path: paths.signIn, component: SignInPage });
const welcome = createRoute({
  getParentRoute: () => root,
  path: paths.welcome,
  component: lazyRouteComponent(() => import('./pages/sign-in/welcome-page.tsx'), 'WelcomePage'),
});

/** Every other page: for those who are signed in only. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: ({ error, reset }) => (
    <main>
      <ProblemPage error={error} retry={reset} />
    </main>
  ),
  beforeLoad: async ({ location }) => {
    const session = await queryClient.query(sessionQuery);
    if (session !== null) return;
    const search = location.href === '/' ? {} : { next: location.href };
    redirect({ to: paths.signIn, search, throw: true });
  },
});

/** A page of its own, whose code is loaded when it is first looked at. */
function page<Name extends string>(
  path: string,
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): AnyRoute {
  return createRoute({ getParentRoute: () => inside, path, component: lazyRouteComponent(load, name) });
}

const start = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    redirect({ to: paths.home, throw: true });
  },
});

const endpoint = createRoute({
  getParentRoute: () => inside,
  path: '/endpoints/$id',
  component: lazyRouteComponent(() => import('./pages/endpoints/endpoint-frame.tsx'), 'EndpointFrame'),
});
const endpointPages = endpoint.addChildren([
  createRoute({
    getParentRoute: () => endpoint,
    path: '/',
    component: lazyRouteComponent(
      () => import('./pages/endpoints/endpoint-overview.tsx'),
      'EndpointOverview',
    ),
  }),
  createRoute({
    getParentRoute: () => endpoint,
    path: '/patches',
    component: lazyRouteComponent(() => import('./pages/endpoints/endpoint-patches.tsx'), 'EndpointPatches'),
  }),
  createRoute({
    getParentRoute: () => endpoint,
    path: '/runs',
    component: lazyRouteComponent(() => import('./pages/endpoints/endpoint-runs.tsx'), 'EndpointRuns'),
  }),
  createRoute({
    getParentRoute: () => endpoint,
    path: '/reboots',
    component: lazyRouteComponent(() => import('./pages/endpoints/endpoint-reboots.tsx'), 'EndpointReboots'),
  }),
]);

const script = createRoute({
  getParentRoute: () => inside,
  path: '/system/scripts/$id',
  component: lazyRouteComponent(() => import('./pages/scripts/script-page.tsx'), 'ScriptFrame'),
});
const scriptPages = script.addChildren([
  createRoute({
    getParentRoute: () => script,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/scripts/script-editor.tsx'), 'ScriptEditor'),
  }),
  createRoute({
    getParentRoute: () => script,
    path: '/revisions',
    component: lazyRouteComponent(() => import('./pages/scripts/script-revisions.tsx'), 'ScriptRevisions'),
  }),
  createRoute({
    getParentRoute: () => script,
    path: '/uses',
    component: lazyRouteComponent(() => import('./pages/scripts/script-uses.tsx'), 'ScriptUses'),
  }),
]);

const cycle = createRoute({
  getParentRoute: () => inside,
  path: '/cycles/$id',
  component: lazyRouteComponent(() => import('./pages/cycles/cycle-page.tsx'), 'CyclePage'),
});
const cyclePages = cycle.addChildren([
  createRoute({
    getParentRoute: () => cycle,
    path: '/',
    component: lazyRouteComponent(() => import('./pages/cycles/cycle-runs.tsx'), 'CycleRuns'),
  }),
  createRoute({
    getParentRoute: () => cycle,
    path: '/story',
    component: lazyRouteComponent(() => import('./pages/cycles/cycle-story.tsx'), 'CycleStory'),
  }),
]);

const anywhereElse = createRoute({
  getParentRoute: () => inside,
  path: '$',
  component: () => <ProblemPage error={nowhere} />,
});

/** One line for each page; its place in the navigation is in `ui/shell`. */
const pages = [
  createRoute({ getParentRoute: () => inside, path: paths.endpoints, component: EndpointsPage }),
  endpointPages,
  page(paths.reboots, () => import('./pages/reboots/reboots-page.tsx'), 'PendingRebootsPage'),
  page(paths.allReboots, () => import('./pages/reboots/reboots-page.tsx'), 'AllRebootsPage'),
  page('/reboots/$id', () => import('./pages/reboots/reboot-page.tsx'), 'RebootPage'),
  page(paths.plans, () => import('./pages/plans/plans-page.tsx'), 'PlansPage'),
  page(paths.newPlan, () => import('./pages/plans/new-plan-page.tsx'), 'NewPlanPage'),
  page('/plans/$id', () => import('./pages/plans/plan-page.tsx'), 'PlanPage'),
  page('/plans/$id/edit', () => import('./pages/plans/edit-plan-page.tsx'), 'EditPlanPage'),
  page(paths.cycles, () => import('./pages/cycles/cycles-page.tsx'), 'CyclesPage'),
  cyclePages,
  page('/runs/$id', () => import('./pages/runs/run-page.tsx'), 'RunPage'),
  page(paths.activities, () => import('./pages/activities/activities-page.tsx'), 'ActivitiesPage'),
  page(paths.scheduled, () => import('./pages/activities/scheduled-page.tsx'), 'ScheduledPage'),
  page('/activities/$id', () => import('./pages/activities/activity-page.tsx'), 'ActivityPage'),
  page(paths.tasks, () => import('./pages/tasks/tasks-page.tsx'), 'TasksPage'),
  page(paths.newTask, () => import('./pages/tasks/new-task-page.tsx'), 'NewTaskPage'),
  page('/system/tasks/$id', () => import('./pages/tasks/task-page.tsx'), 'TaskPage'),
  page(paths.scripts, () => import('./pages/scripts/scripts-page.tsx'), 'ScriptsPage'),
  page(paths.newScript, () => import('./pages/scripts/new-script-page.tsx'), 'NewScriptPage'),
  scriptPages,
  page(paths.workflows, () => import('./pages/workflows/workflows-page.tsx'), 'WorkflowsPage'),
  page(paths.newWorkflow, () => import('./pages/workflows/new-workflow-page.tsx'), 'NewWorkflowPage'),
  page('/system/workflows/$id', () => import('./pages/workflows/workflow-page.tsx'), 'WorkflowPage'),
  page(paths.groups, () => import('./pages/groups/groups-page.tsx'), 'GroupsPage'),
  page(paths.newGroup, () => import('./pages/groups/group-pages.tsx'), 'NewGroupPage'),
  page('/system/groups/$id', () => import('./pages/groups/group-pages.tsx'), 'GroupPage'),
  page(paths.windows, () => import('./pages/windows/windows-page.tsx'), 'WindowsPage'),
  page(paths.windowCalendar, () => import('./pages/windows/window-calendar-page.tsx'), 'WindowCalendarPage'),
  page(paths.newWindow, () => import('./pages/windows/new-window-page.tsx'), 'NewWindowPage'),
  page('/system/windows/$id', () => import('./pages/windows/window-page.tsx'), 'WindowPage'),
  page(paths.patchFilters, () => import('./pages/patch-filters/patch-filters-page.tsx'), 'PatchFiltersPage'),
  page(
    paths.newPatchFilter,
    () => import('./pages/patch-filters/patch-filter-pages.tsx'),
    'NewPatchFilterPage',
  ),
  page(
    '/system/patch-filters/$id',
    () => import('./pages/patch-filters/patch-filter-pages.tsx'),
    'PatchFilterPage',
  ),
  page(paths.settings, () => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
  page(paths.users, () => import('./pages/users/users-page.tsx'), 'UsersPage'),
  page(paths.invitations, () => import('./pages/users/invitations-page.tsx'), 'InvitationsPage'),
  page(
    paths.enrolmentTokens,
    () => import('./pages/enrolment/enrolment-tokens-page.tsx'),
    'EnrolmentTokensPage',
  ),
  page(paths.apiTokens, () => import('./pages/api-tokens/api-tokens-page.tsx'), 'ApiTokensPage'),
  page(
    paths.webhookSenders,
    () => import('./pages/webhook-senders/webhook-senders-page.tsx'),
    'WebhookSendersPage',
  ),
  page(paths.logs, () => import('./pages/logs/logs-page.tsx'), 'LogsPage'),
  page(paths.audit, () => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
  page(paths.profile, () => import('./pages/profile/profile-page.tsx'), 'ProfilePage'),
];

/** All pages of the console. */
export const router = createRouter({
  routeTree: root.addChildren([signIn, welcome, inside.addChildren([start, ...pages, anywhereElse])]),
  // Addresses are written as people would write them.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search as Record<string, string | undefined>).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    );
    return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  },
  defaultPreload: 'intent',
  defaultPendingMinMs: 0,
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <ProblemPage error={error} retry={reset} />,
});
