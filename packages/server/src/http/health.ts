import { PatchbayError } from '@patchbay/contracts/errors';
import { z } from 'zod';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';

const health = z.strictObject({ status: z.literal('ok') });

/** `/healthz` (the process answers) and `/readyz` (it can work; O-08). */
export function healthRoutes(app: App, { pool }: Pick<HttpContext, 'pool'>, stopping: () => boolean): void {
  app.get('/healthz', {
    config: { action: 'public' },
    schema: { tags: ['health'], summary: 'Whether the server is alive', response: { 200: health } },
    handler: async () => ({ status: 'ok' as const }),
  });

  app.get('/readyz', {
    config: { action: 'public' },
    schema: { tags: ['health'], summary: 'Whether the server can take requests', response: { 200: health } },
    handler: async () => {
      if (stopping()) throw new PatchbayError('UNAVAILABLE', 'The server is stopping.');
      try {
        await pool.query('select 1');
      } catch {
        throw new PatchbayError('UNAVAILABLE', 'The database does not answer.');
      }
      return { status: 'ok' as const };
    },
  });
}
