import type { Role } from './role.ts';

const everyone: readonly Role[] = ['viewer', 'operator', 'author', 'approver', 'administrator'];
const operators: readonly Role[] = ['operator', 'administrator'];
const authors: readonly Role[] = ['author', 'administrator'];
const administrators: readonly Role[] = ['administrator'];

/** The one table of permissions (S-02): which roles may do what. Every route names its action. */
export const permissions = {
  'self.read': everyone,
  'self.write': everyone,
  'script.read': everyone,
  'script.write': authors,
  // Whoever writes scripts can have them run by a rehearsal as well; whoever only runs tasks cannot write any.
  'script.testRun': authors,
  'task.read': everyone,
  'task.write': authors,
  'task.run': operators,
  'workflow.read': everyone,
  'workflow.write': authors,
  'library.read': everyone,
  'library.write': authors,
  'group.read': everyone,
  'group.write': authors,
  'window.read': everyone,
  'window.write': authors,
  'patchFilter.read': everyone,
  'patchFilter.write': authors,
  'plan.read': everyone,
  'plan.write': authors,
  'plan.activate': operators,
  'plan.check': ['operator', 'author', 'approver', 'administrator'],
  'plan.approve': ['approver', 'administrator'],
  'plan.reject': ['approver', 'administrator'],
  'plan.cancel': operators,
  'plan.rehearse': ['operator', 'author', 'administrator'],
  'cycle.read': everyone,
  'cycle.cancel': operators,
  'cycle.halt': operators,
  'cycle.resume': operators,
  'cycle.approveWave': ['approver', 'administrator'],
  'run.read': everyone,
  'run.operate': operators,
  'activity.read': everyone,
  'endpoint.read': everyone,
  'endpoint.scan': operators,
  'endpoint.tag': operators,
  'endpoint.revoke': administrators,
  'enrolmentToken.read': administrators,
  'enrolmentToken.write': administrators,
  'apiToken.read': administrators,
  'apiToken.write': administrators,
  'webhookSender.read': administrators,
  'webhookSender.write': administrators,
  'user.read': administrators,
  'user.write': administrators,
  'log.read': everyone,
  'reboot.read': everyone,
  'reboot.cancel': operators,
  'setting.read': everyone,
  'setting.write': administrators,
  'audit.read': ['approver', 'administrator'],
} as const satisfies Record<string, readonly Role[]>;

/** Something that a role may or may not do. */
export type Action = keyof typeof permissions;

/** Whether a role includes an action. */
export function can(role: Role, action: Action): boolean {
  return (permissions[action] as readonly Role[]).includes(role);
}

/** Every action that a role includes. */
export function actionsOf(role: Role): Action[] {
  return (Object.keys(permissions) as Action[]).filter((action) => can(role, action));
}
