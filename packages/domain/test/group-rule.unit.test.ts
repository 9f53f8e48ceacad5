import { isWithin, parseAddress, parseNetwork } from '@patchbay/domain/group/network';
import { groupRuleProblems } from '@patchbay/domain/group/rule-problems';
import { ruleInWords } from '@patchbay/domain/group/rule-words';
import { compareVersions, versionNumbers } from '@patchbay/domain/group/version-numbers';
import { type EndpointFacts, matches } from '@patchbay/testkit/group-matches';
import { isLike } from '@patchbay/testkit/group-wildcard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const endpoint: EndpointFacts = {
  name: 'web-01',
  hostname: 'web-01.example.org',
  os: 'linux',
  osName: 'Debian GNU/Linux',
  osVersion: '12.7',
  kernel: '6.1.0-25-amd64',
  architecture: 'x64',
  addresses: ['10.1.2.3', 'fe80::1%eth0', '2001:db8::5'],
  timeZone: 'Europe/Berlin',
  agentVersion: '0.10.0',
  rebootNeeded: null,
  tags: { ring: 'Pilot' },
  extra: { codename: 'bookworm' },
};

describe('E-13 the rule of a group', () => {
  it.each([
    [{ is: 'equal', fact: 'os', value: 'LINUX' }, true],
    [{ is: 'equal', fact: 'tag.ring', value: 'Pilot' }, true],
    [{ is: 'equal', fact: 'tag.ring', value: 'pilot' }, false],
    [{ is: 'notEqual', fact: 'tag.site', value: 'x' }, true],
    [{ is: 'present', fact: 'tag.site' }, false],
    [{ is: 'present', fact: 'tag.constructor' }, false],
    [{ is: 'equal', fact: 'extra.codename', value: 'Bookworm' }, true],
    [{ is: 'like', fact: 'name', value: 'WEB-*' }, true],
    [{ is: 'like', fact: 'name', value: 'web-??' }, true],
    [{ is: 'like', fact: 'name', value: 'web-?' }, false],
    [{ is: 'oneOf', fact: 'name', values: ['db-01', 'Web-01'] }, true],
    [{ is: 'atLeast', fact: 'osVersion', value: '12' }, true],
    [{ is: 'below', fact: 'agentVersion', value: '0.9' }, false],
    [{ is: 'atLeast', fact: 'agentVersion', value: '0.9' }, true],
    [{ is: 'present', fact: 'rebootNeeded' }, false],
    [{ is: 'notEqual', fact: 'rebootNeeded', value: 'true' }, true],
    [{ is: 'within', fact: 'address', value: '10.1.0.0/16' }, true],
    [{ is: 'within', fact: 'address', value: '10.2.0.0/16' }, false],
    [{ is: 'within', fact: 'address', value: '2001:db8::/32' }, true],
    [{ is: 'within', fact: 'address', value: '10.1.2.3' }, true],
  ] as const)('E-13 given %j when an endpoint is looked at then %s', (rule, expected) => {
    expect(matches(rule, endpoint)).toBe(expected);
    expect(matches({ is: 'none', of: [rule] }, endpoint)).toBe(!expected);
    expect(groupRuleProblems(rule)).toEqual([]);
  });

  it('E-13 given all, any and none then they are nested', () => {
    const linux = { is: 'equal', fact: 'os', value: 'linux' } as const;
    const aix = { is: 'equal', fact: 'os', value: 'aix' } as const;
    expect(matches({ is: 'any', of: [aix, linux] }, endpoint)).toBe(true);
    expect(matches({ is: 'all', of: [aix, linux] }, endpoint)).toBe(false);
    expect(matches({ is: 'all', of: [linux, { is: 'none', of: [aix] }] }, endpoint)).toBe(true);
    expect(
      ruleInWords({ is: 'all', of: [linux, { is: 'none', of: [aix, { is: 'present', fact: 'tag.ring' }] }] }),
    ).toBe('operating system is linux, and (not (operating system is aix, or tag ring is known))');
  });

  it.each([
    [{ is: 'equal', fact: 'os', value: 'linus' }, 'rule.value', /must be one of: linux, windows/],
    [{ is: 'oneOf', fact: 'os', values: ['linux', 'hpux'] }, 'rule.values.1', /must be one of/],
    [{ is: 'equal', fact: 'rebootNeeded', value: 'yes' }, 'rule.value', /true, false/],
    [{ is: 'atLeast', fact: 'osVersion', value: 'bookworm' }, 'rule.value', /a version/],
    [{ is: 'equal', fact: 'address', value: '10.1.2.3' }, 'rule.is', /several addresses/],
    [{ is: 'within', fact: 'address', value: '10.1.2.3/16' }, 'rule.value', /a network/],
    [{ is: 'within', fact: 'address', value: '10.1.2' }, 'rule.value', /a network/],
  ] as const)('E-13 given %j when it is edited then what is wrong is told', (rule, path, message) => {
    expect(groupRuleProblems(rule)).toEqual([{ path, message: expect.stringMatching(message) }]);
    const [nested] = groupRuleProblems({ is: 'any', of: [{ is: 'present', fact: 'name' }, rule] });
    expect(nested?.path).toBe(path.replace('rule', 'rule.of.1'));
  });
});

describe('E-13 wildcards, versions and networks', () => {
  it('E-13 given any text and pattern then * stands for any characters and ? for one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '😀')).map((letters) => letters.join(''));
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, pattern, (one, wanted) => {
        const expression = new RegExp(`^${wanted.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`, 'u');
        expect(isLike(one, wanted)).toBe(expression.test(one));
      }),
    );
  });

  it('E-13 given versions then their numbers are compared', () => {
    const ascending = [
      'abc',
      '1',
      '1.0.1',
      '9.9',
      '9.10',
      '12',
      '12.0.5',
      '12.5',
      '22.04.3 LTS',
      '7300-01-02',
      '7300-02',
    ];
    for (const [index, one] of ascending.entries()) {
      for (const [place, other] of ascending.entries()) {
        const order = Math.sign(compareVersions(versionNumbers(one), versionNumbers(other)));
        expect(order, `${one} and ${other}`).toBe(Math.sign(index - place));
      }
    }
    expect(versionNumbers('12.0')).toEqual(versionNumbers('v12'));
    expect(versionNumbers('0')).toEqual([0n]);
    expect(versionNumbers('100')).toEqual([100n]);
  });

  it.each([
    '',
    '10',
    '10.1.2',
    '10.1.2.256',
    '010.1.2.3',
    '10.1.2.3.4',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%eth0',
    '12345::',
    'g::',
  ])('E-13 given %s then it is no address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('E-13 given addresses in two forms then they are the same', () => {
    expect(parseAddress('2001:DB8::1')).toEqual(parseAddress('2001:db8:0:0:0:0:0:1'));
    const network = parseNetwork('::/0');
    expect(network !== null && isWithin({ bits: 128, number: 5n }, network)).toBe(true);
    expect(network !== null && isWithin({ bits: 32, number: 5n }, network)).toBe(false);
  });
});
