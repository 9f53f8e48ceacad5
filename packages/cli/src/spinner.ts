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
