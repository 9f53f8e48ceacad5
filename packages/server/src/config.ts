import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** How a server is to run, as its operator wants it. */
export interface Config {
  /** Holds the embedded database, the secret key and what else must outlive a restart. */
  readonly dataDir: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** First start only: becomes an administrator's API token. */
  readonly adminToken: string | null;
  /** null: a file in the data directory, made at the first start. */
  readonly secretKeyFile: string | null;
  /** null: plain HTTP. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Addresses or networks of proxies that are believed when they say who asks, and over HTTPS or not (S-04). */
  readonly trustedProxies: readonly string[];
}

/** The environment asks for something that cannot be; the message names every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const checkoutData = fileURLToPath(new URL('../../../data', import.meta.url));

const environment = z.object({
  PATCHBAY_DATA_DIR: z.string().default(checkoutData),
  PATCHBAY_HOST: z.string().default('127.0.0.1'),
  PATCHBAY_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
    .default('7700')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a number from 0 to 65535'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(?:ql)?$/,
      error: 'must look like postgresql://user:password@host:5432/database',
    })
    .optional(),
  PATCHBAY_ADMIN_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9_-]{32,200}$/, 'must be 32 to 200 letters, digits, "_" or "-"')
    .optional(),
  PATCHBAY_SECRET_KEY_FILE: z.string().optional(),
  PATCHBAY_TLS_CERT_FILE: z.string().optional(),
  PATCHBAY_TLS_KEY_FILE: z.string().optional(),
  PATCHBAY_TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((one) => one.trim() || []))
    .refine(
      (list) => list.every(isNetwork),
      'must be IP addresses or networks such as 10.0.0.0/8, with commas',
    ),
});

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1);
  return more.length === 0 && most > 0 && isBits && Number(bits ?? most) <= most;
}

/** Reads the environment; a variable that is empty counts as unset. The only reader of it in the server. */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
    throw new ConfigError(wrong.join('\n'));
  }
  const { data } = parsed;
  const certFile = data.PATCHBAY_TLS_CERT_FILE;
  const keyFile = data.PATCHBAY_TLS_KEY_FILE;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError('PATCHBAY_TLS_CERT_FILE and PATCHBAY_TLS_KEY_FILE must be set together.');
  }
  return {
    dataDir: data.PATCHBAY_DATA_DIR,
    host: data.PATCHBAY_HOST,
    port: data.PATCHBAY_PORT,
    databaseUrl: data.DATABASE_URL ?? null,
    adminToken: data.PATCHBAY_ADMIN_TOKEN ?? null,
    secretKeyFile: data.PATCHBAY_SECRET_KEY_FILE ?? null,
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : null,
    trustedProxies: data.PATCHBAY_TRUSTED_PROXIES,
  };
}
