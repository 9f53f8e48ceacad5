import { chooseWorkflows } from '@patchbay/domain/plan/choose-workflows';
import { planProblems } from '@patchbay/domain/plan/problems';
import { planStatus } from '@patchbay/domain/plan/status';
import { parseSelector } from '@patchbay/domain/selector/selector';
import { describe, expect, it } from 'vitest';

describe('P-04 the workflow of each operating system', () => {
  const defaults = new Map([
    ['linux', 'Linux default'],
    ['windows', 'Windows default'],
  ] as const);

  it('P-04 is the default unless the plan chooses another', () => {
    const choice = chooseWorkflows(['linux', 'windows'], new Map([['linux', 'Mine']]), defaults);
    expect(choice).toEqual({
      ok: true,
      workflows: new Map([
        ['linux', 'Mine'],
        ['windows', 'Windows default'],
      ]),
    });
  });

  it('P-04 an operating system that has neither blocks, and the message names it', () => {
    expect(chooseWorkflows(['linux', 'aix', 'solaris'], new Map(), defaults)).toEqual({
      ok: false,
      problem: 'There is no workflow for AIX and Solaris: choose one in the plan, or set a default.',
    });
  });
});

describe('a plan', () => {
  const plan = { patches: { which: 'all', ids: [] }, endpoints: 'all', workflows: [] } as const;

  it('P-01 every wrong field is named', () => {
    expect(planProblems(plan)).toEqual([]);
    expect(
      planProblems({
        patches: { which: 'listed', ids: [] },
        endpoints: 'group:',
        workflows: [
          { os: 'linux', workflow: { name: 'IIS', os: 'windows' } },
          { os: 'aix', workflow: { name: 'Gone', os: null } },
        ],
      }).map(({ path }) => path),
    ).toEqual(['patches.ids', 'endpoints', 'workflows.linux', 'workflows.aix']);
    expect(planProblems({ ...plan, patches: { which: 'security', ids: ['a=1'] } })).toHaveLength(1);
  });

  it('P-12 its status follows its last cycle; a rehearsal leaves it ready', () => {
    const cycle = { mode: 'real', finished: true, cancelled: false } as const;
    expect(planStatus(null)).toBe('readyToActivate');
    expect(planStatus({ ...cycle, finished: false })).toBe('running');
    expect(planStatus(cycle)).toBe('done');
    expect(planStatus({ ...cycle, cancelled: true })).toBe('cancelled');
    expect(planStatus({ ...cycle, mode: 'rehearsal', cancelled: true })).toBe('readyToActivate');
  });
});

describe('selectors', () => {
  it('P-01 a union of terms is read', () => {
    expect(parseSelector('all')).toEqual({ ok: true, selector: [{ kind: 'all' }] });
    expect(parseSelector('endpoint:web 1, tag:ring=a=b ,os:Linux')).toEqual({
      ok: true,
      selector: [
        { kind: 'endpoint', endpoint: 'web 1' },
        { kind: 'tag', tag: 'ring', value: 'a=b' },
        { kind: 'os', os: 'linux' },
      ],
    });
    expect(parseSelector('tag:empty=')).toEqual({
      ok: true,
      selector: [{ kind: 'tag', tag: 'empty', value: '' }],
    });
  });

  it.each(['', 'web1', 'os:beos', 'tag:ring', 'tag:=x', 'endpoint:', 'group:', 'all,', 'OS:linux'])(
    'P-01 %j is refused with a sentence',
    (text) => {
      const parsed = parseSelector(text);
      expect(parsed.ok).toBe(false);
      expect(parsed.ok ? '' : parsed.problem).not.toBe('');
    },
  );
});
