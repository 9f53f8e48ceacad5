import { expect, it } from 'vitest';
import { filterInWords } from '../src/patch/filter-words.ts';

it.each([
  [[], [], '', 'all applicable patches'],
  [['security', 'bugfix'], [], '', 'security or bugfix patches'],
  [['security'], [], ' openssl ', 'security patches that mention "openssl"'],
  [[], ['critical', 'important'], 'ssl', 'all applicable patches, critical or important, that mention "ssl"'],
] as const)(
  'P-02 given a filter of %j, %j and "%s" then it is said as: %4$s',
  (classifications, severities, text, words) => {
    expect(filterInWords({ classifications, severities, text })).toBe(words);
  },
);
