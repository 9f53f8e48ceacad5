import { notifications } from '@mantine/notifications';
import { asProblem } from '../api/api-problem.ts';

/** Says in passing that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'harbour', autoClose: 4000 });
}

/** Says that something could not be done, why, and what to do. Stays until it is closed. */
export function notifyProblem(error: unknown): void {
  const { title, message, advice } = asProblem(error);
  notifications.show({ title, message: `${message} ${advice}`, color: 'red', autoClose: false });
}
