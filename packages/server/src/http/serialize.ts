import fastJsonStringify, { type AnySchema } from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify';
import { z } from 'zod';

/** Writes answers by code made from their schemas: what a schema does not name never leaves the server. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = ({ schema }) => {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'output',
    // Which names a record may have is checked on the way in, and of no use on the way out.
    override: ({ jsonSchema }) => {
      delete jsonSchema.propertyNames;
    },
  });
  return fastJsonStringify(json as AnySchema);
};
