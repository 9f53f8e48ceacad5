/** What the user may be called that a task runs as. */
export const runAsPattern = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;
