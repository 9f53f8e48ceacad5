import { PatchbayError } from '@patchbay/contracts/errors';
import type { HTTPMethods } from 'fastify';
import type { App } from './app.ts';

const methods: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Watches which routes are added; the function that is returned answers 405 to the methods that each address lacks. */
export function answerOtherMethods(app: App): () => void {
  const known = new Map<string, Set<string>>();
  let closed = false;
  app.addHook('onRoute', ({ url, method }) => {
    if (closed || url.includes('*')) return;
    const address = url.replace(/(?<=.)\/$/, '');
    const at = known.get(address) ?? new Set<string>();
    for (const one of [method].flat()) at.add(String(one));
    known.set(address, at);
  });
  return () => {
    closed = true;
    for (const [url, at] of known) {
      const lacking = methods.filter((method) => !at.has(method));
      if (lacking.length === 0) continue;
      const allow = [...at].sort().join(', ');
      app.route({
        method: lacking,
        url,
        config: { action: 'public' },
        schema: { hide: true },
        // Before the body is read.
        onRequest: async (request, reply) => {
          void reply.header('allow', allow);
          throw new PatchbayError(
            'METHOD_NOT_ALLOWED',
            `${request.method} is not possible here, but ${allow}.`,
          );
        },
        handler: async () => undefined,
      });
    }
  };
}
