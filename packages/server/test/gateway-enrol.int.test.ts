import { enrolRequestOf, enrolScripted, newAgentKey } from '@patchbay/testkit/scripted-identity';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeEndpoint } from '../src/db/endpoints.ts';
import { insertEnrolmentToken } from '../src/db/enrolment-tokens.ts';
import { withTransaction } from '../src/db/pool.ts';
import { enrolRoute } from '../src/gateway/enrol-route.ts';
import { sendProblem } from '../src/http/problem-answer.ts';
import { serializerCompiler } from '../src/http/serialize.ts';
import { validatorCompiler } from '../src/http/validate.ts';
import { useGateway } from './gateway-fixture.ts';

const gateway = useGateway();
const app = Fastify();

beforeAll(async () => {
  app
    .setValidatorCompiler(validatorCompiler)
    .setSerializerCompiler(serializerCompiler)
    .setErrorHandler(sendProblem);
  enrolRoute(app, gateway.server.context);
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

let tokens = 0;

/** Makes an enrolment token; by default it is good for one endpoint. */
async function newToken(
  options: { uses?: number; expiresAt?: Date; tags?: Record<string, string> } = {},
): Promise<string> {
  tokens += 1;
  const token = `token-${tokens}`;
  const { uses = 1, expiresAt = new Date(Date.now() + 3_600_000), tags = {} } = options;
  await withTransaction(gateway.pool, (tx) =>
    insertEnrolmentToken(tx, {
      description: '',
      token,
      uses,
      tags,
      createdBy: 'Ada',
      createdAt: new Date(),
      expiresAt,
    }),
  );
  return token;
}

async function post(request: object): Promise<{ status: number; code: string | undefined; body: unknown }> {
  const answer = await app.inject({ method: 'POST', url: '/agent/v1/enrol', payload: request });
  const body = answer.json() as { code?: string };
  return { status: answer.statusCode, code: body.code, body };
}

const endpoints = (): Promise<unknown> => gateway.value('select count(*) from endpoints');
const usesLeft = (token: string): Promise<unknown> =>
  gateway.value('select uses_left from enrolment_tokens where hash = sha256($1::bytea)', token);

describe('E-01 given a machine with an enrolment token', () => {
  it('E-01 when it enrols then it is an endpoint that can sign in, and the token is used up', async () => {
    const token = await newToken();
    const address = app.server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const identity = await enrolScripted(`http://127.0.0.1:${port}`, token, 'web-1');
    expect(identity.installationKey).toBe(gateway.server.installationKey);
    const agent = await gateway.agent({ identity });
    await agent.connect();
    expect(agent.isSignedIn).toBe(true);
    expect(await usesLeft(token)).toBe(0);
    expect(await gateway.value(`select action from audit where object_id = $1`, identity.endpoint)).toBe(
      'endpoint.enrol',
    );
  });

  it('E-01 when the token has tags then the endpoint gets them, and they win over its own', async () => {
    const token = await newToken({ tags: { site: 'north', tier: 'web' } });
    const { request } = enrolRequestOf(token, 'tagged');
    expect(await post({ ...request, tags: { site: 'south', rack: '7' } })).toMatchObject({ status: 201 });
    const tags = await gateway.value(`select tags from endpoints where name = 'tagged'`);
    expect(tags).toEqual({ site: 'north', tier: 'web', rack: '7' });
  });

  it('E-01 when the proof was made with another key then nobody is enrolled and no use is lost', async () => {
    const token = await newToken();
    const before = await endpoints();
    const { request } = enrolRequestOf(token, 'thief');
    const stolen = { ...request, publicKey: newAgentKey().publicKey };
    expect(await post(stolen)).toMatchObject({ status: 403, code: 'ENROLMENT_REFUSED' });
    expect(await post({ ...request, name: 'other name' })).toMatchObject({ code: 'ENROLMENT_REFUSED' });
    expect(await endpoints()).toBe(before);
    expect(await usesLeft(token)).toBe(1);
  });

  it.each([
    ['unknown', () => Promise.resolve('no such token')],
    ['expired', () => newToken({ expiresAt: new Date(Date.now() - 1) })],
    [
      'revoked',
      async () => {
        const token = await newToken();
        await gateway.pool.query(
          `update enrolment_tokens set revoked_at = now() where hash = sha256($1::bytea)`,
          [token],
        );
        return token;
      },
    ],
  ])('E-01 when the token is %s then the enrolment is refused', async (_, makeToken) => {
    const before = await endpoints();
    const { request } = enrolRequestOf(await makeToken(), 'late');
    expect(await post(request)).toMatchObject({ status: 403, code: 'ENROLMENT_REFUSED' });
    expect(await endpoints()).toBe(before);
  });

  it('E-01 when twenty machines want the last three uses at once then three get them', async () => {
    const token = await newToken({ uses: 3 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(enrolRequestOf(token, `crowd-${index}`).request)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ code }) => code === 'ENROLMENT_REFUSED')).toHaveLength(17);
    expect(await usesLeft(token)).toBe(0);
    expect(await gateway.value(`select count(*) from endpoints where name like 'crowd-%'`)).toBe(3);
  });

  it('E-01 when the name is taken then it is told so, and no use is lost', async () => {
    const token = await newToken({ uses: 2 });
    expect(await post(enrolRequestOf(token, 'db-1').request)).toMatchObject({ status: 201 });
    const again = await post(enrolRequestOf(token, 'DB-1').request);
    expect(again).toMatchObject({ status: 409, code: 'NAME_TAKEN' });
    expect(await usesLeft(token)).toBe(1);
  });

  it('E-01 when its endpoint was revoked then it can enrol again under its name, with a new key', async () => {
    const token = await newToken({ uses: 3 });
    const first = enrolRequestOf(token, 'phoenix').request;
    expect(await post(first)).toMatchObject({ status: 201 });
    const id = String(await gateway.value(`select id from endpoints where name = 'phoenix'`));
    await revokeEndpoint(gateway.pool, id, Date.now());
    expect(await post(first)).toMatchObject({ status: 403, code: 'ENROLMENT_REFUSED' });
    expect(await post(enrolRequestOf(token, 'phoenix').request)).toMatchObject({ status: 201 });
    expect(await usesLeft(token)).toBe(1);
  });
});

describe('S-07 given a request to enrol that is not valid', () => {
  const valid = enrolRequestOf('token', 'valid').request;

  it.each([
    ['an unknown field', { ...valid, admin: true }],
    ['a missing field', { ...valid, proof: undefined }],
    ['a short key', { ...valid, publicKey: 'AAAA' }],
    ['a name with a line break', { ...valid, name: 'two\nlines' }],
    ['NUL in the host name', { ...valid, inventory: { ...valid.inventory, hostname: 'a\u0000b' } }],
    [
      'a lone surrogate in the host name',
      { ...valid, inventory: { ...valid.inventory, hostname: '\ud800' } },
    ],
    ['another version', { ...valid, protocol: 2 }],
    ['thousands of facts', { ...valid, inventory: { ...valid.inventory, extra: manyFacts() } }],
  ])('S-07 when it has %s then it is refused and nothing is stored', async (_, request) => {
    const before = await endpoints();
    expect(await post(request)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await endpoints()).toBe(before);
  });

  it('S-07 when it is larger than any inventory then it is not even read', async () => {
    const request = { ...valid, inventory: { ...valid.inventory, osName: 'x'.repeat(200_000) } };
    expect(await post(request)).toMatchObject({ status: 413, code: 'TOO_LARGE' });
  });
});

function manyFacts(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`fact${index}`, 'x']));
}
