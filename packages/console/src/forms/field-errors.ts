import { asProblem } from '../api/api-problem.ts';

/** The fields that a refusal names, as a form wants them; paths are the same in requests and forms. */
export function fieldErrors(error: unknown): Record<string, string> {
  return Object.fromEntries(asProblem(error).fields.map(({ path, message }) => [path, sentence(message)]));
}

/** Messages of the server go on after the field's name; in a form they stand alone. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
