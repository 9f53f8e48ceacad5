import type { ScriptParameter } from '@patchbay/domain/script/parameter';
import { type ScriptContent, scriptProblems } from '@patchbay/domain/script/problems';
import { describe, expect, it } from 'vitest';

const parameter = (over: Partial<ScriptParameter>): ScriptParameter => ({
  name: 'path',
  label: '',
  type: 'string',
  required: false,
  default: null,
  choices: [],
  help: '',
  ...over,
});
const script = (over: Partial<ScriptContent>): ScriptContent => ({
  os: ['linux'],
  interpreter: 'sh',
  content: 'echo done',
  parameters: [],
  ...over,
});
const paths = (over: Partial<ScriptContent>): string[] =>
  scriptProblems(script(over)).map(({ path }) => path);

describe('L-06 an invalid script', () => {
  it('L-06 given a valid script, then there is nothing to say', () => {
    expect(scriptProblems(script({ parameters: [parameter({})] }))).toEqual([]);
  });

  it('L-06 given several wrong fields, then each has one message, all at once', () => {
    const problems = scriptProblems(
      script({
        os: ['linux', 'windows'],
        interpreter: 'cmd',
        content: ' \n\t',
        parameters: [
          parameter({ name: 'Path' }),
          parameter({ name: 'PATH', type: 'number', default: 'many', choices: ['a'] }),
        ],
      }),
    );
    expect(problems).toEqual([
      { path: 'interpreter', message: '"cmd" does not run on Linux; choose one of: python3, perl' },
      { path: 'content', message: 'must not be empty' },
      { path: 'parameters.1.name', message: 'is the same as parameter 1: both would be PATCHBAY_PATH' },
      { path: 'parameters.1.choices', message: 'only a parameter of type "choice" has choices' },
      { path: 'parameters.1.default', message: 'must be a number' },
    ]);
  });

  it('L-06 given an interpreter that the operating system does not have, then it is refused', () => {
    expect(paths({ os: ['windows'], interpreter: 'bash' })).toEqual(['interpreter']);
    expect(paths({ os: ['aix'], interpreter: 'powershell' })).toEqual(['interpreter']);
    expect(paths({ os: ['windows', 'linux'], interpreter: 'python3' })).toEqual([]);
  });

  it('L-03 a parameter may not hide a variable that the endpoint sets itself', () => {
    expect(paths({ parameters: [parameter({ name: 'facts' })] })).toEqual(['parameters.0.name']);
  });

  it('L-03 a secret has no default, a choice has choices, a default is one of them', () => {
    expect(paths({ parameters: [parameter({ type: 'secret', default: 'x' })] })).toEqual([
      'parameters.0.default',
    ]);
    expect(paths({ parameters: [parameter({ type: 'choice' })] })).toEqual(['parameters.0.choices']);
    expect(paths({ parameters: [parameter({ type: 'choice', choices: ['a', 'a'] })] })).toEqual([
      'parameters.0.choices',
    ]);
    expect(paths({ parameters: [parameter({ type: 'choice', choices: ['a'], default: 'b' })] })).toEqual([
      'parameters.0.default',
    ]);
  });

  it('L-02 the same operating system twice is refused', () => {
    expect(paths({ os: ['linux', 'linux'] })).toEqual(['os']);
    expect(paths({ os: [] })).toEqual(['os']);
  });
});
