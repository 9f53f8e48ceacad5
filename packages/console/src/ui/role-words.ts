import type { Role } from '@patchbay/domain/permission/role';

/** What each role is for, in a few words (S-02). */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'Sees everything but people, tokens and the audit.',
  operator: 'Sees as a viewer; runs tasks and plans, cancels, resumes, scans and tags endpoints.',
  author: 'Sees as a viewer; writes scripts, tasks, workflows and plans, tries and rehearses them.',
  approver: 'Sees as a viewer; approves and rejects plans and waves, reads the audit.',
  administrator: 'May do everything, people and tokens included.',
};
