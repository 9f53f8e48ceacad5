import { ConfigError, readConfig } from '@patchbay/server/config';
import { describe, expect, it } from 'vitest';

describe('the environment', () => {
  it('has defaults for everything', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 7700,
      databaseUrl: null,
      adminToken: null,
      secretKeyFile: null,
      tls: null,
      trustedProxies: [],
    });
    expect(readConfig({ PATCHBAY_PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 7700,
      databaseUrl: null,
    });
  });

  it('is read', () => {
    expect(
      readConfig({
        PATCHBAY_DATA_DIR: '/srv/patchbay',
        PATCHBAY_HOST: '0.0.0.0',
        PATCHBAY_PORT: '0',
        DATABASE_URL: 'postgresql://user:password@db/patchbay',
        PATCHBAY_ADMIN_TOKEN: 'a'.repeat(32),
        PATCHBAY_SECRET_KEY_FILE: '/run/key',
        PATCHBAY_TLS_CERT_FILE: '/run/cert',
        PATCHBAY_TLS_KEY_FILE: '/run/tls',
        PATCHBAY_TRUSTED_PROXIES: '10.0.0.1, 192.168.0.0/16,2001:db8::/32',
      }),
    ).toEqual({
      dataDir: '/srv/patchbay',
      host: '0.0.0.0',
      port: 0,
      databaseUrl: 'postgresql://user:password@db/patchbay',
      adminToken: 'a'.repeat(32),
      secretKeyFile: '/run/key',
      tls: { certFile: '/run/cert', keyFile: '/run/tls' },
      trustedProxies: ['10.0.0.1', '192.168.0.0/16', '2001:db8::/32'],
    });
  });

  it.each([
    [{ PATCHBAY_PORT: '70000' }, 'PATCHBAY_PORT must be a number from 0 to 65535.'],
    [{ PATCHBAY_PORT: 'http' }, 'PATCHBAY_PORT must be a number from 0 to 65535.'],
    [
      { DATABASE_URL: 'mysql://db' },
      'DATABASE_URL must look like postgresql://user:password@host:5432/database.',
    ],
    [
      { PATCHBAY_ADMIN_TOKEN: 'short' },
      'PATCHBAY_ADMIN_TOKEN must be 32 to 200 letters, digits, "_" or "-".',
    ],
    [
      { PATCHBAY_TLS_CERT_FILE: '/run/cert' },
      'PATCHBAY_TLS_CERT_FILE and PATCHBAY_TLS_KEY_FILE must be set together.',
    ],
  ])('is refused with a sentence: %j', (env, message) => {
    expect(() => readConfig(env)).toThrow(new ConfigError(message));
  });

  it.each(['proxy.example.org', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/', '10.0.0.1 10.0.0.2', '::/129'])(
    'S-04 does not take %s for a proxy to trust',
    (list) => {
      expect(() => readConfig({ PATCHBAY_TRUSTED_PROXIES: list })).toThrow(
        'PATCHBAY_TRUSTED_PROXIES must be IP addresses or networks such as 10.0.0.0/8, with commas.',
      );
    },
  );

  it('names every variable that is wrong, and never a secret', () => {
    const secret = 'postgres//user:hunter2@db';
    expect(() => readConfig({ PATCHBAY_PORT: 'x', DATABASE_URL: secret })).toThrow(
      /PATCHBAY_PORT .*\nDATABASE_URL /,
    );
    expect(() => readConfig({ DATABASE_URL: secret })).not.toThrow(/hunter2/);
  });
});
