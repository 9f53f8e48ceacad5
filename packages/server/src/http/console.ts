import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { contentSecurityPolicy } from './security-headers.ts';

/** Stands in the built page where the nonce belongs that its style elements need. */
const noncePlace = '__NONCE__';
const page = 'index.html';
/** Files in it are named after their content. */
const hashed = 'assets';
const yearSeconds = 365 * 24 * 3600;

/** The console's page, when the request is for an address that the console itself knows; else null. */
export type ConsolePage = (request: FastifyRequest, reply: FastifyReply) => string | null;

/**
 * Serves the built console from a directory: its files at their addresses, its page at `/` and, by the function that is
 * returned, wherever a browser asks for a page that is nothing else.
 */
export async function addConsole(app: App, directory: string): Promise<ConsolePage> {
  const html = await readFile(join(directory, page), 'utf8');

  const givePage = (reply: FastifyReply): string => {
    const nonce = randomBytes(16).toString('base64url');
    void reply.code(200).type('text/html; charset=utf-8').header('cache-control', 'no-store');
    void reply.header('content-security-policy', contentSecurityPolicy(nonce));
    return html.replaceAll(noncePlace, nonce);
  };

  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, action: 'public' };
    });
    await scope.register(fastifyStatic, {
      root: directory,
      // One route for each file that is there: no address is ever turned into a path.
      wildcard: false,
      globIgnore: [page],
      index: false,
      preCompressed: true,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const forEver = relative(directory, path).startsWith(join(hashed, sep));
        void reply.header(
          'cache-control',
          forEver ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
        );
      },
    });
    scope.get('/', {
      schema: { hide: true },
      handler: async (_request, reply) => givePage(reply),
    });
  });

  return (request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !/^\/(?:api|agent|assets)(?:[/?]|$)/.test(request.url) &&
      (request.headers.accept ?? '').includes('text/html');
    return isPage ? givePage(reply) : null;
  };
}
