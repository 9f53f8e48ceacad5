import { CommandError, exitCode } from '@patchbay/cli/exit-code';
import { parseLibraryFile } from '@patchbay/cli/library-file';
import type { LibraryFile } from '@patchbay/contracts/library-file';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const script = `kind: Script
name: Say hello
os: [linux]
interpreter: sh
content: |
  echo hello
`;

/** What a text is refused with. */
function refusal(content: string, kind: LibraryFile['kind'] = 'Script'): string {
  try {
    parseLibraryFile('file.yaml', content, kind);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    expect(error.exitCode).toBe(exitCode.refused);
    expect(error.message).toMatch(/^INVALID_INPUT: file\.yaml is not valid:\n {2}/);
    return error.message.split('\n').slice(1).join('\n');
  }
  throw new Error('it was accepted');
}

describe('files of the library', () => {
  it('S-07 given YAML or JSON that is right, then defaults are filled in and parts have lines', () => {
    const { input, where } = parseLibraryFile('file.yaml', script, 'Script');
    expect(input).toMatchObject({ name: 'Say hello', content: 'echo hello\n', parameters: [] });
    expect(input).not.toHaveProperty('kind');
    expect(where('interpreter')).toBe('file.yaml:4: interpreter');
    expect(where('')).toBe('file.yaml:1: (whole)');
    const json = JSON.stringify({ kind: 'Script', ...input });
    expect(parseLibraryFile('file.json', json, 'Script').input).toEqual(input);
  });

  it('S-07 a part that is missing has the line of the closest part around it', () => {
    const text =
      'kind: Workflow\nname: W\nos: linux\nprePatching:\n  - task: A\n  - task: B\n    onFailure: stop\n';
    const { where } = parseLibraryFile('w.yaml', text, 'Workflow');
    expect(where('prePatching.1.task')).toBe('w.yaml:6: prePatching.1.task');
    expect(where('prePatching.1.retries')).toBe('w.yaml:6: prePatching.1.retries');
    expect(where('postPatching.3')).toBe('w.yaml:1: postPatching.3');
  });

  it.each([
    ['a wrong value', script.replace('sh', 'zsh'), 'file.yaml:4: interpreter: '],
    ['an unknown field', `${script}contnt: x\n`, 'file.yaml:7: contnt: there is no such field'],
    ['a missing field', script.replace('name: Say hello\n', ''), 'file.yaml:1: name: is missing'],
    ['a NUL', script.replace('Say hello', '"a\\0b"'), 'file.yaml:2: name: '],
    ['a field that stands there twice', `${script}name: Again\n`, 'file.yaml:7: name stands there twice'],
    ['broken YAML', `${script}a: [b\n`, 'file.yaml:8: '],
    ['two documents', `${script}---\n${script}`, 'file.yaml:7: '],
    ['an unknown tag', script.replace('sh', '!!js/function sh'), 'file.yaml:4: '],
    ['nothing at all', '', 'file.yaml:1: kind: must be "Script"'],
    ['a list', '- a\n', 'file.yaml:1: kind: must be "Script"'],
    ['another kind', 'kind: Plan\n', 'file.yaml:1: kind: must be "Script", and this is a Plan'],
  ])('S-07 %s is refused with file, line and reason', (_, content, expected) => {
    expect(refusal(content)).toContain(expected);
  });

  it('L-52 what only apply acts on is left out, and told', () => {
    const workflow = 'kind: Workflow\nname: W\nos: linux\ndefault: true\n';
    const { input, leftOut } = parseLibraryFile('w.yaml', workflow, 'Workflow');
    expect(input).not.toHaveProperty('default');
    expect(leftOut).toEqual(['default']);
    const read = parseLibraryFile('file.yaml', script, 'Script');
    expect([read.leftOut, Object.keys(read.input)]).toEqual([[], expect.not.arrayContaining(['revisions'])]);
  });

  it('L-52 the content of a script can be in a file beside it; without a folder there is none', () => {
    const beside = script.replace(/content: [^]*/, 'contentFile: hello.sh\n');
    const { input, where } = parseLibraryFile('file.yaml', beside, 'Script', (name) => `echo ${name}`);
    expect(input).toMatchObject({ content: 'echo hello.sh' });
    expect(input).not.toHaveProperty('contentFile');
    expect(where('content')).toBe('file.yaml:5: contentFile');
    expect(refusal(beside)).toContain('file.yaml:5: contentFile: there is no folder to look into');
    expect(refusal(`${script}contentFile: hello.sh\n`)).toContain('file.yaml:7: contentFile: either this or');
  });

  it('S-07 aliases that grow without end are refused', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map((pair) => [...pair])) {
      bomb.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`);
    }
    expect(refusal(`kind: Script\n${bomb.join('\n')}\n`)).toContain('alias');
  });

  it('S-07 endless nesting and a great many fields are refused', () => {
    expect(refusal('['.repeat(100_000))).toContain('file.yaml:1: it is nested too deeply');
    const fields = Array.from({ length: 50_000 }, (_, index) => `field${index}: 1`);
    const lines = refusal(`${script}${fields.join('\n')}\n`).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toContain('… and 49980 more');
  });

  it('S-07 given anything, then it is accepted or refused, and nothing else', () => {
    const kinds = ['Script', 'Task', 'Workflow', 'Plan'] as const;
    const fields = fc.dictionary(
      fc.constantFrom(
        'kind',
        'name',
        'os',
        'script',
        'content',
        'parameters',
        'prePatching',
        '__proto__',
        'x',
      ),
      fc.oneof(
        fc.constantFrom(...kinds, 'linux', ['linux'], 'sh'),
        fc.jsonValue(),
        fc.constant('*a'),
        fc.string(),
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fields.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds), text, (kind, content) => {
        try {
          parseLibraryFile('file.yaml', content, kind);
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect((error as CommandError).exitCode).toBe(exitCode.refused);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
