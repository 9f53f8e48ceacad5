import { pc } from './colours.ts';
import { printLine } from './print.ts';
import { canRedraw, startSpinner } from './spinner.ts';

/** Does a part of a longer task and shows that it goes on, then how long it took. */
export async function stage<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const line = (mark: string): string =>
    `${mark} ${title} ${pc.dim(`${((performance.now() - began) / 1000).toFixed(1)} s`)}`;
  const spinner = canRedraw() ? startSpinner((picture) => [line(pc.cyan(picture))]) : null;
  const end = (mark: string): void => {
    spinner?.end('nothing');
    printLine(line(mark));
  };
  try {
    const result = await work();
    end(pc.green('✔'));
    return result;
  } catch (error) {
    end(pc.red('✖'));
    throw error;
  }
}
