import { limits } from '@patchbay/contracts/limits';
import { facts as factsSchema } from '@patchbay/contracts/text';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxFactsBytes, parseFacts } from '../src/execute/facts.ts';

const parse = (text: string) => parseFacts(Buffer.from(text));

describe('the facts that a script publishes', () => {
  it('L-04 are name=value lines; blank lines and carriage returns do not matter, the last value counts', () => {
    expect(parse('rebootNeeded=true\r\n\nkernel = 6.1=x \nrebootNeeded=false')).toEqual({
      facts: { rebootNeeded: 'false', kernel: ' 6.1=x ' },
      problems: [],
    });
  });

  it.each([
    ['no equals sign', 'rebootNeeded', 'line 1 is not of the form name=value'],
    ['a bad name', '1st=a', 'line 1 has a name that is not a letter'],
    ['a value that is too long', `long=${'x'.repeat(4001)}`, 'line 1 has a value that is too long'],
    ['a NUL', 'nul=\0', 'line 1 has a value that is too long or not valid text (nul)'],
  ])('L-04 leaves out a line with %s and says so', (_, line, problem) => {
    const { facts, problems } = parse(`${line}\ngood=1`);
    expect(facts).toEqual({ good: '1' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('L-04 keeps as many as one activity may publish', () => {
    const lines = Array.from({ length: limits.activityFacts + 30 }, (_, index) => `f${index}=1`);
    const { facts, problems } = parse(lines.join('\n'));
    expect(Object.keys(facts)).toHaveLength(limits.activityFacts);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 10 more');
  });

  it('L-04 given any bytes, then what comes out can be reported', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        for (const content of [Buffer.from(bytes), Buffer.from(`a=${text}\n${text}=b`)]) {
          expect(factsSchema.safeParse(parseFacts(content).facts).success).toBe(true);
        }
      }),
    );
  });

  it('reads a file of any size only so far', () => {
    const { problems } = parseFacts(Buffer.alloc(maxFactsBytes + 1, 'a=1\n'));
    expect(problems).toEqual([`what lies beyond ${maxFactsBytes} bytes was not read`]);
  });
});
