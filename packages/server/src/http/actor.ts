import { PatchbayError } from '@patchbay/contracts/errors';
import type { Whoami } from '@patchbay/contracts/whoami';
import type { Role } from '@patchbay/domain/permission/role';
import { actionsOf } from '@patchbay/domain/permission/table';
import type { Theme } from '@patchbay/domain/user/theme';
import type { FastifyRequest } from 'fastify';

/** A program, which sends an API token. */
export interface TokenActor {
  readonly kind: 'token';
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
}

/** Somebody who is signed in. */
export interface UserActor {
  readonly kind: 'user';
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly theme: Theme;
  /** The hash of the session. */
  readonly session: Buffer;
  /** When the session ends at the latest. */
  readonly expiresAt: Date;
}

/** Who is asking. */
export type Actor = TokenActor | UserActor;

/** Who is asking; only for routes that are not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Error('a public route has no actor');
  return request.actor;
}

/** The user who is asking; a token has neither password, profile nor session. */
export function userOf(request: FastifyRequest): UserActor {
  const actor = actorOf(request);
  if (actor.kind === 'user') return actor;
  throw new PatchbayError('NOT_POSSIBLE_NOW', 'This is for somebody who is signed in, not for an API token.');
}

/** Who is asking, as the API says it. */
export function showActor(actor: Actor): Whoami {
  const { kind, name, role, expiresAt } = actor;
  const user = actor.kind === 'user' ? actor : null;
  return {
    kind,
    name,
    displayName: user?.displayName ?? name,
    role,
    actions: actionsOf(role),
    theme: user?.theme ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
