import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from './app.ts';
import { sessionCookie } from './session-cookie.ts';

const docsPath = '/api/docs';

/** `/api/v1/openapi.json` (OpenAPI 3.1) and readable docs; registered before the routes that they describe. */
export async function addDocs(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Patchbay',
        version: '1',
        description:
          'Send an API token as "Authorization: Bearer …"; a browser that is signed in sends its session cookie. ' +
          'Errors are application/problem+json with a stable code. ' +
          'Lists come in pages: pass nextCursor as cursor. Edits name in If-Match the ETag of what they change. ' +
          'An action with an Idempotency-Key is carried out once.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
      security: [{ token: [] }, { session: [] }],
    },
    // A record whose size is limited is checked by a function first, which JSON Schema cannot express.
    transform: createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } }),
  });
  app.addHook('onRoute', (route) => {
    if (route.url === docsPath || route.url.startsWith(`${docsPath}/`)) {
      route.config = { ...route.config, action: 'public' };
      route.schema = { ...route.schema, hide: true };
    }
  });
  await app.register(swaggerUi, {
    routePrefix: docsPath,
    staticCSP: true,
    // Over plain HTTP an upgrade would only break the page.
    transformStaticCSP: (policy) =>
      policy
        .replace(/\s*upgrade-insecure-requests;?/, '')
        .replace("frame-ancestors 'self'", "frame-ancestors 'none'"),
  });

  app.get('/api/v1/openapi.json', {
    config: { action: 'public' },
    schema: { hide: true },
    handler: async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  });
}

/** Leads from `/` to the docs where there is no console. */
export function addWayToDocs(app: App): void {
  app.get('/', {
    config: { action: 'public' },
    schema: { hide: true },
    handler: async (_request, reply) => reply.redirect(docsPath),
  });
}
