import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import { runTool } from '../src/execute/run-tool.ts';
import { uniqueSleep } from './processes.ts';

const minute = 60_000;

describe('running one of the system’s own tools', () => {
  it('answers exit code, both streams apart and the status descriptor', async () => {
    const seen: string[] = [];
    const status: string[] = [];
    const result = await runTool('sh', ['-c', 'echo out; echo err >&2; echo status >&3; exit 7'], {
      timeoutMs: minute,
      onOutput: (stream, chunk) => seen.push(`${stream} ${chunk.toString()}`),
      extraFd: (chunk) => status.push(String(chunk)),
    });
    expect(result).toEqual({
      code: 7,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      aborted: false,
    });
    expect(seen.toSorted()).toEqual(['stderr err\n', 'stdout out\n']);
    expect(status.join('')).toBe('status\n');
  });

  it('hands output on while the tool still runs', async () => {
    const seen: Buffer[] = [];
    const stop = new AbortController();
    const sleep = uniqueSleep();
    const running = runTool('sh', ['-c', `echo early; exec sleep ${sleep.seconds}`], {
      timeoutMs: minute,
      onOutput: (_, chunk) => seen.push(chunk),
      signal: stop.signal,
    });
    await waitFor(() => seen.length > 0, { what: 'the first line' });
    stop.abort();
    expect(await running).toMatchObject({ aborted: true, timedOut: false, code: null });
    expect(sleep.count()).toBe(0);
  });

  it('gives a clean environment in plain English, input, and the caller’s variables', async () => {
    const result = await runTool('sh', ['-c', 'cat; echo "$LC_ALL $EXTRA $VITEST"'], {
      timeoutMs: minute,
      env: { EXTRA: 'extra' },
      input: 'fed ',
    });
    expect(result.stdout).toBe('fed C.UTF-8 extra \n');
  });

  it('has an empty stdin without input', async () => {
    expect((await runTool('cat', [], { timeoutMs: minute })).stdout).toBe('');
  });

  it('rejects when the tool is not installed', async () => {
    await expect(runTool('no-such-tool', [], { timeoutMs: minute })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('E-04 ends the whole tree of a tool that takes too long', async () => {
    const { seconds, count } = uniqueSleep();
    const script = `setsid sleep ${seconds} & sleep ${seconds} & sleep ${seconds}`;
    const result = await runTool('sh', ['-c', script], { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, code: null, signal: 'SIGTERM' });
    expect(count()).toBe(0);
  });
});
