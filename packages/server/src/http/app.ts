import type { Action } from '@patchbay/domain/permission/table';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Actor } from './actor.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do (S-02); `public`: nothing. Every route names one. */
    action?: Action | 'public';
    /** What the audit calls it, such as `plan.delete`; else the action. */
    deed?: string;
    /** How many values its body may hold, where that is not {@link limits.requestValues}. */
    mostValues?: number;
    /** Its body is signed byte by byte: the bytes are kept. */
    signed?: true;
  }
  interface FastifyRequest {
    /** Who is asking; null on public routes. */
    actor: Actor | null;
    /** The body as it came, on routes whose body is signed; null: there was none. */
    signedBytes: Buffer | null;
  }
}

/** The API while its routes are added: bodies, queries and answers have the types of their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
