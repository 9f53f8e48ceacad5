/** How a log line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes what the agent has to say; `fields` never hold secrets, output or environments. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A log that writes one JSON object a line, as the journal of systemd and log shippers like it. */
export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields = {}) =>
    write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields })}\n`);
}
