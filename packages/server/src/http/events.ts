import { PatchbayError } from '@patchbay/contracts/errors';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';

const mostStreams = 200;
const heartbeatMs = 15_000;
/** Streams end now and then, so that a token that was revoked does not listen for ever; clients come back. */
const longestStreamMs = 15 * 60_000;
const mostUnreadBytes = 1024 * 1024;

/** `GET /api/v1/events`: live changes as server-sent events. */
export function eventRoutes(app: App, { liveEvents }: HttpContext): void {
  const streams = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of streams) end();
  });

  app.get('/events', {
    exposeHeadRoute: false,
    config: { action: 'run.read' },
    schema: {
      tags: ['events'],
      summary: 'Live changes as server-sent events',
      description:
        'Each event names the kind of thing that has changed (run, cycle, endpoint, reboot, log) and the ids; read those again. ' +
        'An empty list of ids means that more have changed than are worth naming. The answer begins when every later ' +
        'change will be told; what was read before may have changed since.',
      produces: ['text/event-stream'],
    },
    handler: async (_request, reply) => {
      if (streams.size >= mostStreams)
        throw new PatchbayError('UNAVAILABLE', 'Too many event streams are open.');
      reply.hijack();
      const { raw } = reply;
      const write = (text: string): void => {
        if (raw.writableLength > mostUnreadBytes) raw.destroy();
        else raw.write(text);
      };
      const end = (): void => {
        raw.end();
      };
      const unsubscribe = liveEvents.subscribe((event) => {
        if (raw.headersSent) write(`data: ${JSON.stringify(event)}\n\n`);
      });
      streams.add(end);
      raw.once('close', () => {
        streams.delete(end);
        unsubscribe();
      });
      await liveEvents.begun();
      if (raw.destroyed || raw.writableEnded) return;
      const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
      raw.writeHead(200, {
        ...(Object.fromEntries(headers) as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
      });
      write('retry: 2000\n\n');
      const heartbeat = setInterval(() => write(': still here\n\n'), heartbeatMs);
      const limit = setTimeout(end, longestStreamMs);
      raw.once('close', () => {
        clearInterval(heartbeat);
        clearTimeout(limit);
      });
    },
  });
}
