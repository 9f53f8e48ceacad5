import { asProblem } from '../api/api-problem.ts';

/** The fields that a refusal names, as a form wants them, none without one; paths are the same in requests and forms. */
export function fieldErrors(error: unknown): Record<string, string> {
  return Object.fromEntries(asProblem(error).fields.map(({ path, message }) => [path, sentence(message)]));
}

/** Whether the fields with these paths say all that a refusal is about. */
export function isShownAt(error: unknown, paths: readonly string[]): boolean {
  const { fields } = asProblem(error);
  return fields.length > 0 && fields.every(({ path }) => paths.includes(path));
}

/** Messages of the server go on after the field's name; in a form they stand alone. */
export function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
