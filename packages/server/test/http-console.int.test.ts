import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { App } from '@patchbay/server/http/app';
import { createApp } from '@patchbay/server/http/create-app';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
let directory: string;
let app: App;

const script = 'console.log("Patchbay");';
const html = '<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><div id="console"></div>';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'patchbay-console-'));
  // A folder of this name above it must not make a file immutable.
  const built = join(directory, 'assets', 'dist');
  await mkdir(join(built, 'assets'), { recursive: true });
  await writeFile(join(directory, 'assets', 'secret.txt'), 'outside');
  await writeFile(join(built, 'index.html'), html);
  await writeFile(join(built, 'patchbay.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(built, '.hidden'), 'hidden');
  await writeFile(join(built, 'assets', 'main-1a2b3c.js'), script);
  await writeFile(join(built, 'assets', 'main-1a2b3c.js.gz'), gzipSync(script));
  app = await createApp(http.context, { consoleDirectory: built });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const browserAccepts = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (url: string, headers: Record<string, string> = { accept: browserAccepts }, method = 'GET') =>
  app.inject({ method: method as 'GET', url, headers });

/** The policy as its directives. */
function policyOf({ headers }: { headers: Record<string, unknown> }): Record<string, string> {
  const directives = String(headers['content-security-policy']).split(';');
  return Object.fromEntries(
    directives.map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

describe('S-08 the console', () => {
  it.each([
    '/',
    '/welcome',
    '/sign-in?next=%2Fplans',
    '/endpoints/web-1.example.org',
    '/system/scripts/a%20b',
    '/apical',
  ])('S-08 %s is the page, with a nonce of its own for its styles', async (url) => {
    const [one, other] = [await open(url), await open(url)];
    expect(one.statusCode).toBe(200);
    expect(one.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(one.headers['cache-control']).toBe('no-store');
    const nonce = /nonce="([\w-]{22})"/.exec(one.body)?.[1];
    expect(policyOf(one)['style-src']).toBe(`'self' 'nonce-${nonce}'`);
    expect(other.body).not.toBe(one.body);
    expect(one.body).not.toContain('__NONCE__');
  });

  it('S-08 nothing is loaded from elsewhere, run inline, or shown in a frame', async () => {
    const page = await open('/');
    expect(policyOf(page)).toMatchObject({
      'default-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
      'img-src': "'self' data:",
      'object-src': "'none'",
      'script-src': "'self'",
      'style-src-attr': "'unsafe-inline'",
    });
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    });
  });

  it('S-08 every answer is as strict: the API, refusals, files', async () => {
    for (const url of ['/api/v1/whoami', '/nowhere', '/healthz', '/assets/main-1a2b3c.js', '/patchbay.svg']) {
      const answer = await open(url, {});
      expect(policyOf(answer)['script-src'], url).toBe("'self'");
      expect(policyOf(answer)['style-src'], url).toBe("'self'");
      expect(answer.headers['x-content-type-options'], url).toBe('nosniff');
    }
  });

  it('S-08 the API documentation keeps a policy of its own that lets it work', async () => {
    const docs = await open('/api/docs/');
    expect(docs.statusCode).toBe(200);
    expect(docs.body).toContain('swagger');
    expect(policyOf(docs)).toMatchObject({ 'default-src': "'self'", 'frame-ancestors': "'none'" });
    expect(policyOf(docs)['script-src']).not.toContain('unsafe');
    expect(docs.headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect((await open('/api/docs/static/swagger-ui-bundle.js', {})).statusCode).toBe(200);
  });

  it('S-08 files named after their content are kept for ever, others are asked for again', async () => {
    const asset = await open('/assets/main-1a2b3c.js', {});
    expect([asset.statusCode, asset.body]).toEqual([200, script]);
    expect(asset.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const picture = await open('/patchbay.svg', {});
    expect(picture.headers['cache-control']).toBe('no-cache');
    const again = await open('/patchbay.svg', { 'if-none-match': String(picture.headers['etag']) });
    expect(again.statusCode).toBe(304);
    const packed = await open('/assets/main-1a2b3c.js', { 'accept-encoding': 'gzip' });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(packed.rawPayload.equals(gzipSync(script))).toBe(true);
  });

  it('S-07 what is no page is not answered with it', async () => {
    const code = async (url: string, headers?: Record<string, string>, method?: string) => {
      const answer = await open(url, headers, method);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      return answer.json<{ code: string }>().code;
    };
    expect(await code('/api/v1/nowhere')).toBe('NOT_FOUND');
    expect(await code('/api')).toBe('NOT_FOUND');
    expect(await code('/agent/v1/nowhere')).toBe('NOT_FOUND');
    expect(await code('/assets/main-0.js')).toBe('NOT_FOUND');
    expect(await code('/welcome', { accept: '*/*' })).toBe('NOT_FOUND');
    expect(await code('/welcome', {})).toBe('NOT_FOUND');
    expect(await code('/welcome', { accept: browserAccepts }, 'POST')).toBe('NOT_FOUND');
    expect(await code('/', { accept: browserAccepts }, 'POST')).toBe('METHOD_NOT_ALLOWED');
    const head = await open('/welcome', { accept: browserAccepts }, 'HEAD');
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/.hidden',
    '/%00',
    '/assets/',
    '/assets/main-1a2b3c.js%00.svg',
  ])('S-07 %s does not lead out of the folder, nor to what is hidden', async (url) => {
    const answer = await open(url, {});
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).not.toMatch(/outside|hidden file/);
  });
});
