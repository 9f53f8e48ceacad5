import type { ScriptParameter } from '@patchbay/domain/script/parameter';
import { environmentOf } from '@patchbay/domain/task/environment';
import { type TaskContent, type TaskScript, taskProblems } from '@patchbay/domain/task/problems';
import { describe, expect, it } from 'vitest';

const parameter = (name: string, over: Partial<ScriptParameter> = {}): ScriptParameter => ({
  name,
  label: '',
  type: 'string',
  required: false,
  default: null,
  choices: [],
  help: '',
  ...over,
});
const script: TaskScript = {
  name: 'Wait',
  os: ['linux'],
  parameters: [
    parameter('host', { required: true }),
    parameter('port', { type: 'number', default: 443, required: true }),
    parameter('way', { type: 'choice', choices: ['tcp', 'http'] }),
    parameter('quiet', { type: 'boolean' }),
    parameter('password', { type: 'secret' }),
  ],
};
const problems = (over: Partial<TaskContent>, stored: string[] = []) =>
  taskProblems(
    { os: 'linux', parameters: { host: { value: 'db' } }, successExitCodes: [0], ...over },
    script,
    new Set(stored),
  );

describe('L-22 a task and its script', () => {
  it('L-22 a fitting task has no problem, and defaults stand in for what is not given', () => {
    expect(problems({})).toEqual([]);
  });

  it('L-22 every wrong value is named by its parameter', () => {
    expect(
      problems({
        os: 'windows',
        successExitCodes: [0, 3, 0],
        parameters: {
          port: { value: '443' },
          way: { value: 'udp' },
          quiet: { value: 'yes' },
          colour: { value: 'red' },
        },
      }),
    ).toEqual([
      { path: 'os', message: 'the script "Wait" is not meant for Windows, but for Linux' },
      { path: 'successExitCodes', message: 'the same exit code is listed more than once' },
      {
        path: 'parameters.colour',
        message: 'the script "Wait" has no such parameter; it has host, port, way, quiet, password',
      },
      { path: 'parameters.host', message: 'is required' },
      { path: 'parameters.port', message: 'must be a number' },
      { path: 'parameters.way', message: 'must be one of: tcp, http' },
      { path: 'parameters.quiet', message: 'must be true or false' },
    ]);
  });

  it('L-03 a stored secret can be kept, one that is not stored cannot', () => {
    const keep = { host: { value: 'db' }, password: 'keep' } as const;
    expect(problems({ parameters: keep }, ['password'])).toEqual([]);
    expect(problems({ parameters: keep }).map(({ path }) => path)).toEqual(['parameters.password']);
    expect(problems({ parameters: { host: 'keep' } }).map(({ message }) => message)).toEqual([
      'is not a secret: give its value',
    ]);
  });

  it('L-22 names like those of every object are unknown parameters too', () => {
    const given = { host: { value: 'a' }, constructor: { value: 'b' } };
    expect(problems({ parameters: given }).map(({ path }) => path)).toEqual(['parameters.constructor']);
  });

  it('L-03 parameters reach the script as PATCHBAY_<NAME>; secrets are not among the plain ones', () => {
    expect(environmentOf(script.parameters, { host: 'db', quiet: false, password: 'x' })).toEqual({
      PATCHBAY_HOST: 'db',
      PATCHBAY_PORT: '443',
      PATCHBAY_QUIET: 'false',
    });
  });
});
