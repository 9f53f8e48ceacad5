import { describe, expect, it } from 'vitest';
import { parseTags } from '../src/pages/endpoints/tags-text.ts';
import { countText } from '../src/ui/data-list/count-text.ts';
import { agoText, bytesText, durationText } from '../src/ui/instant.ts';

describe('how many there are', () => {
  it.each([
    [1, false, 'activities', '1 activity'],
    [1, false, 'patches', '1 patch'],
    [1, false, 'cycles', '1 cycle'],
    [1, false, 'API tokens', '1 API token'],
    [0, false, 'endpoints', '0 endpoints'],
    [1, true, 'tasks', '1+ tasks'],
  ])('%i, more: %s, of %s: %s', (count, more, things, text) =>
    expect(countText(count, more, things)).toBe(text),
  );
});

describe('durations and sizes', () => {
  it.each([
    [-5, '0 s'],
    [820, '0.8 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [725_000, '12 min 5 s'],
    [12_000_000, '3 h 20 min'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms are %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [3_400, '3.4 kB'],
    [12e6, '12 MB'],
  ])('%i bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [2_000, 'just now'],
    [42_000, '42 s ago'],
    [-120_000, 'in 2 min'],
    [3 * 86_400_000, '3 days ago'],
  ])('%i ms before now is %s', (ms, text) => {
    const now = Date.UTC(2026, 10, 21);
    expect(agoText(new Date(now - ms).toISOString(), now)).toBe(text);
  });
});

describe('tags', () => {
  it('are read one a line', () => {
    expect(parseTags('ring=pilot\n\n site = Basel, CH \n')).toEqual({ ring: 'pilot', site: 'Basel, CH' });
  });
  it.each(['=x', '1a=x', 'ring', 'ring=a\nring=b'])('are refused with the line that is wrong: %j', (text) => {
    expect(typeof parseTags(text)).toBe('string');
  });
});
