import helmet from '@fastify/helmet';
import type { App } from './app.ts';

/**
 * What a browser may load and run for a page of this server: nothing from elsewhere and nothing inline (S-08). Style
 * elements need the nonce of their page; style attributes cannot do what a style sheet can.
 */
export function contentSecurityPolicy(styleNonce: string | null = null): string {
  const styles = styleNonce === null ? `'self'` : `'self' 'nonce-${styleNonce}'`;
  return [
    `default-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `img-src 'self' data:`,
    `object-src 'none'`,
    `script-src 'self'`,
    `style-src ${styles}`,
    `style-src-attr 'unsafe-inline'`,
  ].join('; ');
}

/** Sends what tells a browser to be strict with every answer (S-08). */
export async function addSecurityHeaders(app: App, isTls: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    strictTransportSecurity: isTls,
  });
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('content-security-policy', contentSecurityPolicy());
    void reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  });
}
