import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { printLine } from './print.ts';

const frames = ['◐', '◓', '◑', '◒'];

/** Does a part of a longer task and shows that it goes on, then how long it took. */
export async function stage<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const seconds = (): string => pc.dim(`${((performance.now() - began) / 1000).toFixed(1)} s`);
  const stop = process.stdout.isTTY ? spin(title, seconds) : () => undefined;
  try {
    const result = await work();
    stop();
    printLine(`${pc.green('✔')} ${title} ${seconds()}`);
    return result;
  } catch (error) {
    stop();
    printLine(`${pc.red('✖')} ${title} ${seconds()}`);
    throw error;
  }
}

function spin(title: string, seconds: () => string): () => void {
  const log = createLogUpdate(process.stdout);
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    log(`${pc.cyan(frames[turn % frames.length])} ${title} ${seconds()}`);
  }, 120);
  return () => {
    clearInterval(timer);
    log.clear();
    log.done();
  };
}
