import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the cookie of a browser that is signed in is called. */
export const sessionCookie = 'patchbay_session';
const form = new RegExp(`(?:^|;)\\s*${sessionCookie}=([A-Za-z0-9_-]{20,200})(?:;|$)`);

/** What a browser that is signed in holds; null without it. */
export function sessionCookieOf({ headers }: FastifyRequest): string | null {
  return form.exec(headers.cookie ?? '')?.[1] ?? null;
}

/** Gives the browser a session: out of reach for scripts, and sent by no other site (S-01). */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  maxAgeSeconds: number,
): void {
  const secure = request.protocol === 'https' ? '; Secure' : '';
  const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
  void reply.header('set-cookie', `${sessionCookie}=${token}; ${attributes}`);
}

/** Makes the browser forget its session. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setSessionCookie(request, reply, '', 0);
}
