/** One field that is wrong; `path` names it as in the request, such as `steps.2.task`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** Keeps the first problem of each field: a person is told one thing at a time about one field (L-06). */
export function onePerField(problems: readonly FieldProblem[]): FieldProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path }) => !seen.has(path) && seen.add(path));
}
