import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { order } from '../src/activity-order.ts';
import {
  activityReport,
  agentMessage,
  enrolRequest,
  enrolResponse,
  serverMessage,
} from '../src/agent-protocol.ts';
import { goodbyes } from '../src/goodbye.ts';
import { readinessCheck } from '../src/inventory.ts';
import { limits } from '../src/limits.ts';
import { enrolText, orderText, signInText, welcomeText } from '../src/signing-text.ts';

const doc = readFileSync(new URL('../../../docs/agent-protocol.md', import.meta.url), 'utf8');

type Example = Readonly<Record<string, unknown>>;
const examples: readonly Example[] = [...doc.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) =>
  JSON.parse(String(text)),
);

/** The examples that have this field. */
const having = (field: string): readonly Example[] => examples.filter((example) => field in example);

/** The values that tell the members of a discriminated union apart. */
function kindsOf(union: { options: readonly z.ZodObject[] }, field: string): unknown[] {
  return union.options.map(({ shape }) => (shape[field] as z.ZodLiteral).value);
}

const messages = having('type');
const isOfAgent = ({ type }: Example): boolean => kindsOf(agentMessage, 'type').includes(type);

describe('given the examples of docs/agent-protocol.md', () => {
  it.each(messages.map((message) => [message['type'], message]))(
    'the message %s fits its schema',
    (_, message) => {
      const schema = isOfAgent(message) ? agentMessage : serverMessage;
      expect(schema.parse(message)).toEqual(message);
    },
  );

  it.each(having('order').map((one) => [one['order'], one]))('the order to %s fits its schema', (_, one) => {
    expect(order.parse(one)).toEqual(one);
  });

  it.each(having('kind').map((outcome) => [outcome['kind'], outcome]))(
    'the outcome %s fits',
    (_, outcome) => {
      expect(activityReport.shape.outcome.parse(outcome)).toEqual(outcome);
    },
  );

  it('the enrolment and its answer fit their schemas', () => {
    expect(having('token').map((request) => enrolRequest.parse(request))).toHaveLength(1);
    expect(having('installationKey').map((answer) => enrolResponse.parse(answer))).toHaveLength(1);
  });

  it('there is one for every message, order, work and outcome', () => {
    const shown = (field: string): Set<unknown> => new Set(having(field).map((example) => example[field]));
    const types = [...kindsOf(agentMessage, 'type'), ...kindsOf(serverMessage, 'type')];
    expect(shown('type')).toEqual(new Set(types));
    expect(shown('order')).toEqual(new Set(kindsOf(order, 'order')));
    expect(shown('kind')).toEqual(new Set(kindsOf(activityReport.shape.outcome, 'kind')));
    const works = having('work').map(({ work }) => (work as Example)['kind']);
    expect(new Set(works)).toEqual(new Set(['script', 'patch', 'interactiveReboot']));
  });
});

describe('S-05 given the test vectors of docs/agent-protocol.md', () => {
  const [request, answer] = [having('token')[0], having('installationKey')[0]];
  const one = (type: string): Example => messages.find((message) => message['type'] === type) ?? {};
  const text = (example: Example | undefined, field: string): string => String(example?.[field]);
  const agentKey = text(request, 'publicKey');
  const installationKey = text(answer, 'installationKey');
  const [challenge, hello, welcome] = [one('challenge'), one('hello'), one('welcome')];

  it.each([
    [
      'enrolment',
      agentKey,
      enrolText(text(request, 'token'), agentKey, text(request, 'name')),
      text(request, 'proof'),
    ],
    [
      'sign-in',
      agentKey,
      signInText(text(challenge, 'nonce'), text(hello, 'nonce'), text(hello, 'endpoint')),
      text(hello, 'signature'),
    ],
    [
      'welcome',
      installationKey,
      welcomeText(text(hello, 'nonce'), text(hello, 'endpoint'), Number(welcome['serverTime'])),
      text(welcome, 'signature'),
    ],
    ['order', installationKey, orderText(text(one('order'), 'payload')), text(one('order'), 'signature')],
  ])('the signature of the %s is right', (_, publicKey, signed, signature) => {
    expect(isSignedBy(publicKey, signed, signature)).toBe(true);
    expect(isSignedBy(publicKey, `${signed}\n`, signature)).toBe(false);
  });

  it('the keys are those of the table, and the signed text is written out', () => {
    expect(doc).toContain(`| \`${agentKey}\` |`);
    expect(doc).toContain(`| \`${installationKey}\` |`);
    const signIn = signInText(text(challenge, 'nonce'), text(hello, 'nonce'), text(hello, 'endpoint'));
    expect(doc).toContain(`\`\`\`text\n${signIn}\n\`\`\``);
  });

  it('the first line of every signed text is named', () => {
    for (const signed of [
      enrolText('', '', ''),
      signInText('', '', ''),
      welcomeText('', '', 0),
      orderText(''),
    ]) {
      expect(doc).toContain(`| \`${signed.split('\n')[0]}\`, `);
    }
  });
});

describe('given the tables of docs/agent-protocol.md', () => {
  it('the goodbyes are those of the code', () => {
    const rows = [...doc.matchAll(/^\| `([A-Z_]+)` \| (yes|no) \| (\d+) \| (.*) \|$/gm)];
    const listed = rows.map(([, code, retry, closeCode, meaning]) => [
      code,
      { retry: retry === 'yes', closeCode: Number(closeCode), meaning },
    ]);
    expect(Object.fromEntries(listed)).toEqual(goodbyes);
  });

  it.each([
    ['one message of the agent', limits.messageBytes],
    ['all that is sent before the sign-in, and the body of an enrolment', limits.signInBytes],
    ['one message of the server', limits.serverMessageBytes],
    ['raw bytes in one `output`', limits.outputChunkBytes],
    ['raw bytes of `output` without an answer', limits.outputWindowBytes],
    ['output kept of one stream', limits.outputBytes],
    ['facts of one activity', limits.activityFacts],
    ['patches in one `patches`', limits.patchesPerMessage],
    ['events in one `rebootEvents`', limits.rebootEventsPerMessage],
    ['events kept of one Interactive Reboot', limits.rebootFlowEvents],
    ['users named by one event of it', limits.rebootSessions],
  ])('the limit of %s is that of the code', (what, limit) => {
    const [, value = ''] = new RegExp(`^\\| ${what} \\| ([\\d,]+)(?: bytes)? \\|$`, 'm').exec(doc) ?? [];
    expect(Number(value.replaceAll(',', ''))).toBe(limit);
  });

  it('the names and states of readiness checks are those of the code', () => {
    for (const value of [...readinessCheck.shape.name.options, ...readinessCheck.shape.state.options]) {
      expect(doc).toContain(`\`${value}\``);
    }
  });
});

function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
