import type { ErrorCode, FieldError } from '@patchbay/contracts/errors';
import type { Problem } from '@patchbay/contracts/problem';

/** The server refused something, or could not be reached (then `code` is null). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: ErrorCode | null;
  readonly title: string;
  /** What to do next. */
  readonly advice: string;
  readonly fields: readonly FieldError[];
  readonly correlationId: string | null;

  constructor(
    problem: Omit<Problem, 'type' | 'code' | 'correlationId'> & {
      code: ErrorCode | null;
      correlationId: string | null;
    },
  ) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.advice = problem.advice;
    this.fields = problem.errors;
    this.correlationId = problem.correlationId;
  }
}

/** Reads the refusal out of an answer. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const body = isProblem ? ((await response.json().catch(() => null)) as Problem | null) : null;
  if (body !== null) return new ApiProblem(body);
  return new ApiProblem({
    status: response.status,
    code: null,
    title: 'The server’s answer is not understood',
    detail: `It answered with the status ${response.status}.`,
    advice: 'Reload the page; if it persists, look at the server’s log.',
    errors: [],
    correlationId: response.headers.get('patchbay-correlation-id'),
  });
}

/** What is told when no answer came at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    code: null,
    title: 'The server cannot be reached',
    detail: 'No answer came from the Patchbay server.',
    advice: 'Check the network and that the server runs; the console goes on by itself when it is back.',
    errors: [],
    correlationId: null,
  });
}

/** Any thrown thing as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem({
    status: 0,
    code: null,
    title: 'Something went wrong in the console',
    detail: error instanceof Error ? error.message : String(error),
    advice: 'Reload the page. If it happens again, tell whoever looks after Patchbay what you did.',
    errors: [],
    correlationId: null,
  });
}
