/** The categories of tasks (L-22). */
export const taskCategories = ['General', 'Reboot', 'Health Check', 'Internal Script'] as const;
export type TaskCategory = (typeof taskCategories)[number];
