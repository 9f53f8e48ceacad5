import { createHash } from 'node:crypto';
import { PatchbayError } from '@patchbay/contracts/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuditedDeed } from '../db/audit.ts';
import { type KeyedRequest, type KeyState, releaseKey, saveAnswer, takeKey } from '../db/idempotency-keys.ts';
import { type Transaction, withTransaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { actorOf } from './actor.ts';
import { auditRequest, routeAction } from './audit-request.ts';
import type { HttpContext } from './context.ts';

/** The answer to a request that has changed something. */
export interface Answer<Body> {
  readonly status: 200 | 201 | 202;
  readonly body: Body;
  readonly etag?: string;
  /** Below `/api/v1`. */
  readonly location?: string;
  /** Holds a secret that is shown this once: a repetition of the request is not answered with it. */
  readonly secret?: true;
}

/** What changing something takes: an open transaction, who does it and when, and the audit. */
export interface Deed {
  readonly tx: Transaction;
  readonly saved: Saved;
  /** Without an action it is the route's. */
  readonly audit: (
    object: AuditedDeed['object'],
    details?: AuditedDeed['details'],
    action?: string,
  ) => Promise<void>;
  /** Does something after the commit, such as waking the engine. */
  readonly afterCommit: (effect: () => void) => void;
}

/**
 * Carries out a request that changes something in one transaction, its audit entry included (O-09), once for each
 * Idempotency-Key.
 */
export async function perform<Body>(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (deed: Deed) => Promise<Answer<Body>>,
): Promise<Body> {
  return carryOut(context, request, reply, keyedRequest(request), work);
}

/**
 * As {@link perform} for a request with a password. Its Idempotency-Key is not looked at: a hash of the request would
 * be kept with the key, and the password could be guessed from it.
 */
export async function performWithPassword<Body>(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (deed: Deed) => Promise<Answer<Body>>,
): Promise<Body> {
  return carryOut(context, request, reply, null, work);
}

async function carryOut<Body>(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  keyed: KeyedRequest | null,
  work: (deed: Deed) => Promise<Answer<Body>>,
): Promise<Body> {
  const effects: (() => void)[] = [];
  const answer = await withTransaction(context.pool, async (tx) => {
    effects.length = 0;
    const now = new Date(context.now());
    const known = keyed === null ? null : earlierAnswer<Body>(await takeKey(tx, keyed, now));
    if (known !== null) return known;
    const done = await work(deedOf(tx, request, now, effects));
    if (keyed !== null) await saveAnswer(tx, keyed, done.status, done.secret ? null : done);
    return done;
  });
  for (const effect of effects) effect();
  return given(reply, answer);
}

/**
 * As {@link perform} for what the engine does in transactions of its own: `work` runs outside of one. If the server
 * dies meanwhile, the outcome of a request with an Idempotency-Key is unknown, and a repetition is told so.
 */
export async function performOutside<Body>(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (saved: Saved) => Promise<Answer<Body>>,
): Promise<Body> {
  const keyed = keyedRequest(request);
  const now = new Date(context.now());
  const known = keyed === null ? null : earlierAnswer<Body>(await takeKey(context.pool, keyed, now));
  if (known !== null) return given(reply, known);
  try {
    const done = await work({ by: actorOf(request).name, at: now });
    if (keyed !== null) await saveAnswer(context.pool, keyed, done.status, done);
    return given(reply, done);
  } catch (error) {
    if (keyed !== null) await releaseKey(context.pool, keyed);
    throw error;
  }
}

function deedOf(tx: Transaction, request: FastifyRequest, now: Date, effects: (() => void)[]): Deed {
  const actor = actorOf(request).name;
  return {
    tx,
    saved: { by: actor, at: now },
    audit: (object, details = {}, action = routeAction(request)) =>
      auditRequest(tx, request, { actor, action, object, details, at: now }),
    afterCommit: (effect) => effects.push(effect),
  };
}

function given<Body>(reply: FastifyReply, { status, body, etag, location }: Answer<Body>): Body {
  void reply.code(status);
  if (etag !== undefined) void reply.header('etag', etag);
  if (location !== undefined) void reply.header('location', `/api/v1${location}`);
  return body;
}

const keyForm = /^[\x21-\x7e]{1,200}$/;

function keyedRequest(request: FastifyRequest): KeyedRequest | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !keyForm.test(key)) {
    throw new PatchbayError('INVALID_INPUT', 'The idempotency key is not valid.', [
      { path: 'Idempotency-Key', message: 'must be 1 to 200 visible ASCII characters' },
    ]);
  }
  const asked = JSON.stringify([
    request.method,
    request.url,
    request.headers['if-match'] ?? null,
    request.body,
  ]);
  return { actor: actorOf(request).id, key, request: createHash('sha256').update(asked).digest() };
}

/** What a request with a key was answered before; null: it is new. Throws for a key that was used otherwise. */
export function earlierAnswer<Body>(state: KeyState): Answer<Body> | null {
  switch (state.kind) {
    case 'new':
      return null;
    case 'otherRequest':
      throw new PatchbayError('IDEMPOTENCY_CONFLICT', 'This key came with another request before.');
    case 'underWay':
      throw new PatchbayError(
        'NOT_POSSIBLE_NOW',
        'A request with this key is under way, or its end is unknown.',
      );
    case 'answered':
      if (state.body !== null) return state.body as Answer<Body>;
      throw new PatchbayError(
        'NOT_POSSIBLE_NOW',
        'This request was carried out before; its secret is shown once.',
      );
  }
}
