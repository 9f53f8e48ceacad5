import type { runTool } from '../execute/run-tool.ts';
import type { UserSession } from './notifier.ts';

/** Runs the operating system's own tools; tests put stand-ins into its PATH. */
export type RunTool = typeof runTool;

/** A session of a Linux user with what is needed to reach it. */
export interface LinuxSession extends UserSession {
  readonly uid: number;
  /** The terminal's device, such as `pts/3`; null: a graphical session. */
  readonly tty: string | null;
  /** What programs on its desktop find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
}
