import { createLogUpdate } from 'log-update';

const pictures = ['◐', '◓', '◑', '◒'];
const turnMs = 120;

/** Lines at the end of the terminal that are drawn again and again. */
export interface Spinner {
  /** Draws at once. */
  draw(): void;
  /** Leaves what was drawn last, or nothing. */
  end(leave: 'last' | 'nothing'): void;
}

/** Whether lines can be drawn over each other: on a terminal that can move its cursor and knows its size. */
export function canRedraw(): boolean {
  const { isTTY, columns } = process.stdout;
  return isTTY === true && columns > 0 && process.env.TERM !== 'dumb';
}

/** Draws lines on the terminal until its end; `lines` is given the picture that turns. */
export function startSpinner(lines: (picture: string) => readonly string[]): Spinner {
  const drawn = createLogUpdate(process.stdout);
  let turn = 0;
  const draw = (): void => drawn(lines(pictures[turn % pictures.length] ?? '').join('\n'));
  const timer = setInterval(() => {
    turn += 1;
    draw();
  }, turnMs);
  return {
    draw,
    end(leave) {
      clearInterval(timer);
      if (leave === 'last') draw();
      else drawn.clear();
      drawn.done();
    },
  };
}
