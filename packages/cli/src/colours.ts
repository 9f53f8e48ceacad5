import picocolors from 'picocolors';

const { NO_COLOR: none, FORCE_COLOR: always, TERM: terminal } = process.env;

/**
 * Colours for a terminal, and none where a program reads. The library would also colour pipes wherever a build
 * server runs.
 */
export const pc = picocolors.createColors(
  !none && (Boolean(always) || (process.stdout.isTTY && terminal !== 'dumb')),
);
