import { type KeyedDocument, libraryChanges, repeatedNames } from '@patchbay/domain/library/changes';
import {
  type KnownWorkflow,
  type WantedWorkflow,
  wantedDefaults,
} from '@patchbay/domain/library/default-workflows';
import { operatingSystems } from '@patchbay/domain/operating-system';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const order = ['Script', 'Task', 'Workflow'] as const;
type Kind = (typeof order)[number];
type Keyed = KeyedDocument<Kind>;

const identity = ({ kind, key }: Keyed): string => `${kind} ${key}`;

const document: fc.Arbitrary<Keyed> = fc
  .record({
    kind: fc.constantFrom(...order),
    name: fc.constantFrom('Drain', 'drain', 'Reboot', 'Check', 'Ö', '__proto__', 'constructor'),
    fields: fc.dictionary(fc.constantFrom('os', 'content', 'steps', 'toString'), fc.jsonValue(), {
      maxKeys: 3,
    }),
  })
  .map((one) => ({ ...one, key: one.name.toLowerCase(), fields: { name: one.name, ...one.fields } }));

const documents = fc.uniqueArray(document, { selector: identity, maxLength: 12 });

/** The library once the changes are carried out one by one, as a server would. */
function carriedOut(stored: readonly Keyed[], changes: ReturnType<typeof libraryChanges<Kind>>['changes']) {
  const library = new Map(stored.map((one) => [identity(one), one]));
  for (const change of changes) {
    if (change.change === 'deleted') expect(library.delete(identity(change.stored))).toBe(true);
    else {
      expect(library.has(identity(change.wanted))).toBe(change.change === 'changed');
      library.set(identity(change.wanted), change.wanted);
    }
  }
  return library;
}

const contents = (all: Iterable<Keyed>) =>
  new Map([...all].map((one) => [identity(one), JSON.parse(JSON.stringify(one.fields))]));

describe('L-52 what makes the stored library the wanted one', () => {
  it('L-52 carried out, the changes give what is wanted and keep the rest unless it is pruned', () => {
    fc.assert(
      fc.property(documents, documents, fc.boolean(), (stored, wanted, prune) => {
        const { changes, others } = libraryChanges(order, stored, wanted, prune);
        const after = carriedOut(stored, changes);
        const kept = stored.filter((one) => !wanted.some((other) => identity(other) === identity(one)));
        expect(contents(after.values())).toEqual(contents([...wanted, ...(prune ? [] : kept)]));
        expect(others).toEqual(prune ? [] : kept);
      }),
    );
  });

  it('L-52 once carried out, nothing is left to change', () => {
    fc.assert(
      fc.property(documents, documents, fc.boolean(), (stored, wanted, prune) => {
        const { changes } = libraryChanges(order, stored, wanted, prune);
        const again = libraryChanges(order, [...carriedOut(stored, changes).values()], wanted, prune);
        expect(again.changes).toEqual([]);
        expect(again.unchanged).toBe(wanted.length);
      }),
    );
  });

  it('L-52 what others refer to is stored before them and deleted after them', () => {
    fc.assert(
      fc.property(documents, documents, (stored, wanted) => {
        const { changes } = libraryChanges(order, stored, wanted, true);
        const places = changes.map((change) =>
          change.change === 'deleted'
            ? 2 * order.length - order.indexOf(change.stored.kind)
            : order.indexOf(change.wanted.kind),
        );
        expect(places).toEqual(places.toSorted((one, other) => one - other));
      }),
    );
  });

  it('L-52 neither the order of documents nor the order of fields makes a difference', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null
        ? value
        : Array.isArray(value)
          ? value.map(reversed)
          : Object.fromEntries(
              Object.entries(value)
                .map(([key, one]) => [key, reversed(one)])
                .toReversed(),
            );
    fc.assert(
      fc.property(documents, (stored) => {
        const wanted = stored
          .toReversed()
          .map((one) => ({ ...one, fields: reversed(one.fields) as Keyed['fields'] }));
        expect(libraryChanges(order, stored, wanted, true)).toEqual({
          changes: [],
          unchanged: stored.length,
          others: [],
        });
      }),
    );
  });

  it('L-52 exactly the fields that differ are named', () => {
    const one = (fields: Record<string, unknown>): Keyed => ({ kind: 'Task', name: 'A', key: 'a', fields });
    const stored = one({ name: 'A', os: 'linux', codes: [0, 1], retries: { count: 1 } });
    const { changes } = libraryChanges(
      order,
      [stored],
      [one({ name: 'A', os: 'aix', codes: [1, 0], retries: { count: 1 }, more: null })],
      false,
    );
    expect(changes).toMatchObject([{ change: 'changed', fields: ['os', 'codes', 'more'] }]);
  });

  it('L-52 a name that stands twice is told at its later places', () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 10 }), (all) => {
        const wrong = repeatedNames(all).map(({ path }) => Number(path.split('.')[1]));
        const right = all.filter((_, index) => !wrong.includes(index));
        expect(new Set(right.map(identity)).size).toBe(right.length);
        expect(right.length).toBe(new Set(all.map(identity)).size);
      }),
    );
  });
});

describe('L-40 which workflows are the defaults in the end', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const os = fc.constantFrom(...operatingSystems.slice(0, 2));
  const wantedWorkflows: fc.Arbitrary<WantedWorkflow[]> = fc.uniqueArray(
    fc.record({ key, os, default: fc.constantFrom(undefined, true, false) }),
    { selector: (one) => one.key },
  );
  const knownWorkflows: fc.Arbitrary<KnownWorkflow[]> = fc
    .uniqueArray(fc.record({ key, os, isDefault: fc.boolean() }), { selector: (one) => one.key })
    .map((personal) => [
      ...personal.map((one, index) => ({
        ...one,
        origin: 'personal' as const,
        isDefault:
          one.isDefault && personal.findIndex((other) => other.os === one.os && other.isDefault) === index,
      })),
      ...operatingSystems.slice(0, 2).map((system) => ({
        key: `built-in ${system}`,
        os: system,
        origin: 'builtIn' as const,
        isDefault: !personal.some((one) => one.os === system && one.isDefault),
      })),
    ]);

  it('L-40 every operating system keeps a default, and it is one for that operating system', () => {
    fc.assert(
      fc.property(wantedWorkflows, knownWorkflows, (wanted, known) => {
        const { defaults, problems } = wantedDefaults(wanted, known);
        fc.pre(problems.length === 0);
        for (const system of operatingSystems.slice(0, 2)) {
          const chosen = defaults.get(system);
          const meant = wanted.find((one) => one.key === chosen) ?? known.find((one) => one.key === chosen);
          expect(meant?.os).toBe(system);
          const document = wanted.find((one) => one.key === chosen);
          expect(document?.default).not.toBe(false);
        }
        for (const one of wanted) if (one.default === true) expect(defaults.get(one.os)).toBe(one.key);
      }),
    );
  });

  it('L-40 only two marks for one operating system are wrong while built-in workflows stand by', () => {
    fc.assert(
      fc.property(wantedWorkflows, knownWorkflows, (wanted, known) => {
        const extra = operatingSystems
          .map((system) => wanted.filter((one) => one.os === system && one.default === true).length)
          .reduce((sum, count) => sum + Math.max(0, count - 1), 0);
        expect(wantedDefaults(wanted, known).problems).toHaveLength(extra);
      }),
    );
  });

  it('L-40 settled once, the same documents settle nothing more', () => {
    fc.assert(
      fc.property(wantedWorkflows, knownWorkflows, (wanted, known) => {
        const first = wantedDefaults(wanted, known);
        fc.pre(first.problems.length === 0);
        const after = [
          ...known.filter((one) => !wanted.some((other) => other.key === one.key)),
          ...wanted.map((one) => ({ ...one, origin: 'personal' as const })),
        ].map((one) => ({ ...one, isDefault: first.defaults.get(one.os) === one.key }));
        expect(wantedDefaults(wanted, after).defaults).toEqual(first.defaults);
      }),
    );
  });

  it('L-40 without a built-in workflow the default cannot be given up, and the message says what to do', () => {
    const known = [{ key: 'a', os: 'linux', isDefault: true, origin: 'personal' }] as const;
    expect(wantedDefaults([{ key: 'a', os: 'linux', default: false }], known).problems).toEqual([
      {
        path: '0.default',
        message: 'it is the default of Linux: mark the workflow that is to be it instead',
      },
    ]);
    expect(wantedDefaults([{ key: 'a', os: 'aix', default: undefined }], known).problems).toMatchObject([
      { path: '0.os' },
    ]);
  });
});
