import { goOnWithoutReader } from './lost-reader.ts';

/** A signal to a whole process group can arrive twice; only a later one is a second wish. */
const sameWishMs = 2000;

/** The first SIGINT, SIGTERM or SIGHUP; a second one, some time later, ends the process the hard way. */
export interface StopSignal {
  /** Resolves when the signal comes. */
  readonly came: Promise<NodeJS.Signals>;
  /** Aborts when the signal comes. */
  readonly aborted: AbortSignal;
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of a program that a signal has ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return exitCodes[signal as keyof typeof exitCodes];
}

/** From now on signals no longer end the process by themselves, nor does the loss of its reader. */
export function stopSignal(): StopSignal {
  goOnWithoutReader();
  const stop = new AbortController();
  const came = new Promise<NodeJS.Signals>((resolve) => {
    let askedAt: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (askedAt === null) {
        askedAt = performance.now();
        stop.abort();
        resolve(signal);
      } else if (performance.now() - askedAt > sameWishMs) {
        process.exit(signalExitCode(signal));
      }
    };
    for (const signal of Object.keys(exitCodes)) process.on(signal, onSignal);
  });
  return { came, aborted: stop.signal };
}
