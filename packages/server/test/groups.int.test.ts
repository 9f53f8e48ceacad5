import { randomBytes, randomUUID } from 'node:crypto';
import type { GroupRule } from '@patchbay/domain/group/rule';
import { insertEndpoint, saveInventory } from '@patchbay/server/db/endpoints';
import { groupCondition } from '@patchbay/server/db/group-condition';
import { countMembers } from '@patchbay/server/db/groups';
import { withTransaction } from '@patchbay/server/db/pool';
import { Where } from '@patchbay/server/db/where';
import { useTestDatabase } from '@patchbay/testkit/database';
import { type EndpointFacts, matches } from '@patchbay/testkit/group-matches';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const database = useTestDatabase();

const word = fc.oneof(
  fc.constantFrom(
    'web-01',
    'WEB-02',
    'db_1',
    'a%b',
    'a\\b',
    'Österreich',
    'İ',
    'ß',
    '😀x',
    'x',
    'X',
    '*',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const version = fc.oneof(
  fc.constantFrom(
    '12.7',
    '12',
    '12.0',
    '12.0.0',
    'v12',
    '9.10',
    '9.9',
    '0',
    '100',
    '22.04.3 LTS',
    '7300-01-02',
    'none',
    '',
  ),
  fc
    .array(fc.constantFrom('0', '1', '10', '.', '-', 'a', '99999999999999999999'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);
const address = fc.oneof(
  fc.constantFrom(
    '10.1.2.3',
    '10.2.0.1',
    '2001:db8::5',
    'fe80::1%eth0',
    '::',
    '010.1.1.1',
    '10.1.2.256',
    '1::2::3',
    '12345::',
    ':::',
    'x',
  ),
  fc.ipV4(),
  fc.ipV6().filter((text) => !text.includes('.')),
  fc
    .array(fc.constantFrom('1', 'ffff', '0', ':', '::', '.', '10', 'g'), { maxLength: 10 })
    .map((parts) => parts.join('')),
);
const tagName = fc.constantFrom('ring', 'Site', 'constructor');
const os = fc.constantFrom('linux' as const, 'windows' as const, 'aix' as const);

const endpoint: fc.Arbitrary<EndpointFacts & { readonly os: 'linux' | 'windows' | 'aix' }> = fc.record({
  name: word.map((text) => `n${text.replace(/\s/g, '_')}`),
  hostname: word.map((text) => text || 'h'),
  os,
  osName: word,
  osVersion: version,
  kernel: version,
  architecture: fc.constantFrom('x64', 'ppc64'),
  addresses: fc.array(address, { maxLength: 3 }),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
  agentVersion: version,
  rebootNeeded: fc.constantFrom(true, false, null),
  tags: fc.dictionary(tagName, word, { maxKeys: 2, noNullPrototype: true }),
  extra: fc.dictionary(fc.constantFrom('codename', 'Site'), word, { maxKeys: 2, noNullPrototype: true }),
});

const fact = fc.constantFrom(
  'name',
  'hostname',
  'os',
  'osName',
  'osVersion',
  'kernel',
  'architecture',
  'timeZone',
  'agentVersion',
  'rebootNeeded',
  'tag.ring',
  'tag.Site',
  'tag.constructor',
  'extra.codename',
);
const value = fc
  .oneof(word, version, fc.constantFrom('linux', 'LINUX', 'true', 'web-*', '*0?', '?', 'n*'))
  .filter((text) => text !== '');
const network = fc.constantFrom(
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '0.0.0.0/0',
  '::/0',
  '2001:db8::/32',
  '2001:db8::5',
  '::1',
);
const condition: fc.Arbitrary<GroupRule> = fc.oneof(
  fc.record({ is: fc.constantFrom('equal' as const, 'notEqual' as const, 'like' as const), fact, value }),
  fc.record({
    is: fc.constantFrom('atLeast' as const, 'below' as const),
    fact,
    value: version.filter((text) => /\d/.test(text)),
  }),
  fc.record({
    is: fc.constant('oneOf' as const),
    fact,
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ is: fc.constant('present' as const), fact: fc.oneof(fact, fc.constant('address')) }),
  fc.record({ is: fc.constant('within' as const), fact: fc.constant('address'), value: network }),
);
const { rule } = fc.letrec<{ rule: GroupRule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.record({
      is: fc.constantFrom('all' as const, 'any' as const, 'none' as const),
      of: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

it('E-13 given any rules and endpoints when the database is asked then it answers as the rules do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(endpoint, { minLength: 1, maxLength: 12, selector: ({ name }) => name.toLowerCase() }),
      fc.array(rule, { minLength: 1, maxLength: 12 }),
      async (endpoints, rules) => {
        await database.pool.query('delete from endpoints');
        const ids = new Map<string, EndpointFacts>();
        for (const one of endpoints) ids.set(await store(one), one);
        const where = new Where();
        const conditions = rules.map((one) => groupCondition(where, one));
        const { rows } = await database.pool.query<{ id: string; belongs: boolean[] }>(
          `select id, array[${conditions.join(', ')}] as belongs from endpoints e`,
          where.values,
        );
        expect(rows.length).toBe(endpoints.length);
        for (const { id, belongs } of rows) {
          const facts = ids.get(id);
          const expected = rules.map((one) => facts !== undefined && matches(one, facts));
          expect(belongs, JSON.stringify({ facts, rules })).toEqual(expected);
        }
        const counts = await countMembers(database.pool, rules);
        expect(counts).toEqual(rules.map((one) => endpoints.filter((facts) => matches(one, facts)).length));
      },
    ),
    { numRuns: 150 },
  );
});

async function store(facts: EndpointFacts & { readonly os: 'linux' | 'windows' | 'aix' }): Promise<string> {
  const { name, agentVersion, tags, rebootNeeded, ...rest } = facts;
  const id = randomUUID();
  const inventory = {
    ...rest,
    addresses: [...rest.addresses],
    extra: { ...rest.extra },
    uptimeSeconds: 1,
    bootId: 'b',
    agentVersion,
    disks: [],
    users: [],
  };
  const policy = { scan: true, run: true, install: true, reboot: true };
  await withTransaction(database.pool, async (tx) => {
    await insertEndpoint(tx, {
      id,
      name,
      publicKey: randomBytes(32).toString('base64'),
      tags: { ...tags },
      inventory,
      policy,
    });
    if (rebootNeeded === null) return;
    await saveInventory(tx, id, { inventory, readiness: [], reboot: { needed: rebootNeeded, reasons: [] } });
  });
  return id;
}
