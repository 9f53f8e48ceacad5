import { z } from 'zod';
import { type ErrorCode, errorCatalogue } from './errors.ts';

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]];

/** The body of every answer that is an error (RFC 9457, `application/problem+json`; S-07). */
export const problem = z.strictObject({
  /** Where the kind of error is explained; relative to the address of the server. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes),
  /** What is wrong this time. */
  detail: z.string(),
  /** What to do next. */
  advice: z.string(),
  /** The fields that are wrong, named as in the request (`steps.2.task`); empty when no field is to blame. */
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
  /** Names this request in the server's log. */
  correlationId: z.string(),
});
export type Problem = z.infer<typeof problem>;
