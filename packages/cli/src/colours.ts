import picocolors from 'picocolors';

const { NO_COLOR: none, FORCE_COLOR: forced, TERM: terminal } = process.env;
const wanted = forced ? forced !== '0' : !none && process.stdout.isTTY && terminal !== 'dumb';

/**
 * Colours for a terminal, and none where a program reads. The library would also colour pipes wherever a build
 * server runs.
 */
export const pc = picocolors.createColors(wanted);
