import { paths } from '../paths.ts';
import type { LibraryKind } from './library-deeds.tsx';

export const scriptKind: LibraryKind = {
  noun: 'scripts',
  one: 'script',
  title: 'Scripts',
  page: paths.script,
  listPage: paths.scripts,
  newPage: paths.newScript,
  permission: 'script.write',
  users: 'tasks',
  unused: 'No task uses it.',
  userPage: paths.task,
};

export const taskKind: LibraryKind = {
  noun: 'tasks',
  one: 'task',
  title: 'Tasks',
  page: paths.task,
  listPage: paths.tasks,
  newPage: paths.newTask,
  permission: 'task.write',
  users: 'workflows',
  unused: 'No workflow uses it.',
  userPage: paths.workflow,
};

export const workflowKind: LibraryKind = {
  noun: 'workflows',
  one: 'workflow',
  title: 'Workflows',
  page: paths.workflow,
  listPage: paths.workflows,
  newPage: paths.newWorkflow,
  permission: 'workflow.write',
  users: 'plans',
  unused: 'No plan uses it.',
  userPage: paths.plan,
};

export const groupKind: LibraryKind = {
  noun: 'groups',
  one: 'group',
  title: 'Groups',
  page: paths.group,
  listPage: paths.groups,
  newPage: paths.newGroup,
  permission: 'group.write',
  users: 'plans, windows or schedules',
  unused: 'No plan, window or schedule names it.',
  userPage: (id, kind) =>
    kind === 'window' ? paths.window(id) : kind === 'schedule' ? paths.scheduled : paths.plan(id),
  stays: 'Its endpoints stay as they are',
};

export const patchFilterKind: LibraryKind = {
  noun: 'patch-filters',
  one: 'patch filter',
  title: 'Patch filters',
  page: paths.patchFilter,
  listPage: paths.patchFilters,
  newPage: paths.newPatchFilter,
  permission: 'patchFilter.write',
  users: 'plans',
  unused: 'No plan uses it.',
  userPage: paths.plan,
  stays: 'Cycles that have started keep what it said',
};
