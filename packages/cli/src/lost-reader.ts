import { exitCode } from './exit-code.ts';

let goesOn = false;

/** From now on this process has something to stop cleanly: it goes on when nobody reads its output any more. */
export function goOnWithoutReader(): void {
  goesOn = true;
}

/** Ends a command without a word when its reader has seen enough, as `head` has. */
export function watchReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    if (!goesOn) process.exit(exitCode.done);
  });
}
