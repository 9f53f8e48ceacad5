/** The roles that a person or token can have (S-02). */
export const roles = ['viewer', 'operator', 'author', 'approver', 'administrator'] as const;
export type Role = (typeof roles)[number];
