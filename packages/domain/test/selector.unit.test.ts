import { parseSelector } from '@patchbay/domain/selector/selector';
import { describe, expect, it } from 'vitest';

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
