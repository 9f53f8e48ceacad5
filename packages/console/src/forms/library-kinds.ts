import { paths } from '../paths.ts';
import type { LibraryKind } from './library-deeds.tsx';

export const scriptKind: LibraryKind = {
  noun: 'scripts',
  one: 'script',
  page: paths.script,
  listPage: paths.scripts,
  users: 'tasks',
  unused: 'No task uses it.',
  userPage: paths.task,
};

export const taskKind: LibraryKind = {
  noun: 'tasks',
  one: 'task',
  page: paths.task,
  listPage: paths.tasks,
  users: 'workflows',
  unused: 'No workflow uses it.',
  userPage: paths.workflow,
};

export const workflowKind: LibraryKind = {
  noun: 'workflows',
  one: 'workflow',
  page: paths.workflow,
  listPage: paths.workflows,
  users: 'plans',
  unused: 'No plan uses it.',
  userPage: paths.plan,
};

export const groupKind: LibraryKind = {
  noun: 'groups',
  one: 'group',
  page: paths.group,
  listPage: paths.groups,
  users: 'plans, windows or schedules',
  unused: 'No plan, window or schedule names it.',
  userPage: (id, kind) =>
    kind === 'window' ? paths.window(id) : kind === 'schedule' ? paths.scheduled : paths.plan(id),
  stays: 'Its endpoints stay as they are',
};

export const patchFilterKind: LibraryKind = {
  noun: 'patch-filters',
  one: 'patch filter',
  page: paths.patchFilter,
  listPage: paths.patchFilters,
  users: 'plans',
  unused: 'No plan uses it.',
  userPage: paths.plan,
  stays: 'Cycles that have started keep what it said',
};
