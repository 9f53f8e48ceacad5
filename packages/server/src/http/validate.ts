import { type FieldError, PatchbayError } from '@patchbay/contracts/errors';
import { fieldWords } from '@patchbay/contracts/field-words';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

const parts: Readonly<Record<string, string>> = {
  body: 'The body is not valid.',
  querystring: 'The query is not valid.',
  params: 'The address is not valid.',
  headers: 'The headers are not valid.',
};

/** Checks each part of a request with its zod schema; all wrong fields are named at once (S-07). */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const detail = parts[httpPart ?? 'body'] ?? 'The request is not valid.';
  return (data: unknown) => {
    const result = schema.safeParse(data, { error: fieldWords });
    if (result.success) return { value: result.data };
    return { error: new PatchbayError('INVALID_INPUT', detail, result.error.issues.flatMap(fieldErrors)) };
  };
};

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not a known field' }));
  }
  return [{ path: pathOf(issue.path), message: issue.message }];
}

const longestPath = 200;

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, longestPath);
}
