import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { openScriptedRuns, scriptedSnapshot } from '@patchbay/testkit/scripted-fleet';
import type { ScriptedIdentity } from '@patchbay/testkit/scripted-identity';
import { describe, expect, it } from 'vitest';
import { type OutputStream, readOutput } from '../src/db/activity-output.ts';
import { eventually, useGateway } from './gateway-fixture.ts';
import { type RawAgent, signInRaw } from './raw-agent.ts';

const gateway = useGateway();

interface Scene {
  readonly raw: RawAgent;
  readonly identity: ScriptedIdentity;
  readonly run: number;
  /** Says this, and waits for the answer to it: the offset. */
  readonly send: (data: string | Buffer, offset: number, stream?: OutputStream) => Promise<number>;
  readonly stored: (stream?: OutputStream) => Promise<string>;
}

/** A signed-in socket of an endpoint that has begun an activity. */
async function scene(identity?: ScriptedIdentity, knownRun?: number): Promise<Scene> {
  const mine = identity ?? (await gateway.addEndpoint());
  const raw = await signInRaw(gateway.server.address, mine);
  const snapshot = scriptedSnapshot([{ key: 'task' }]);
  const opened =
    knownRun ?? (await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [mine.endpoint]))[0];
  const run = opened ?? 0;
  await raw.expect('order');
  const answers = () => raw.received.filter((message) => message.type === 'outputStored');
  return {
    raw,
    identity: mine,
    run,
    async send(data, offset, stream = 'stdout') {
      const before = answers().length;
      const base64 = Buffer.from(data).toString('base64');
      raw.socket.send(
        JSON.stringify({ type: 'output', activity: `${run}.task.1`, stream, offset, data: base64 }),
      );
      await eventually('the answer', () => answers().length > before);
      return answers()[before]?.offset ?? -1;
    },
    async stored(stream = 'stdout') {
      const key = { run, step: 'task', attempt: 1 };
      return String(await readOutput(gateway.pool, key, stream, 0, 1024 * 1024));
    },
  };
}

describe('O-02 given an activity that prints', () => {
  it('O-02 when its output comes in order then it is stored, each stream by itself', async () => {
    const { send, stored } = await scene();
    expect(await send('one\n', 0)).toBe(4);
    expect(await send('broken\n', 0, 'stderr')).toBe(7);
    expect(await send('two\n', 4)).toBe(8);
    expect(await stored()).toBe('one\ntwo\n');
    expect(await stored('stderr')).toBe('broken\n');
  });

  it('O-02 when a part comes twice then it is stored once', async () => {
    const { send, stored } = await scene();
    expect(await send('one', 0)).toBe(3);
    expect(await send('one', 0)).toBe(3);
    expect(await send('one', 0)).toBe(3);
    expect(await stored()).toBe('one');
  });

  it('O-02 when a part overlaps what is stored then only what is new is added', async () => {
    const { send, stored } = await scene();
    expect(await send('abcd', 0)).toBe(4);
    expect(await send('cdef', 2)).toBe(6);
    expect(await stored()).toBe('abcdef');
  });

  it('O-02 when a part is missing then what follows is not stored, and the answer says where to go on', async () => {
    const { send, stored } = await scene();
    expect(await send('abc', 0)).toBe(3);
    expect(await send('xyz', 7)).toBe(3);
    expect(await send('defg', 3)).toBe(7);
    expect(await send('xyz', 7)).toBe(10);
    expect(await stored()).toBe('abcdefgxyz');
  });

  it('O-02 when it is sent again over a new connection then the server knows how far it was', async () => {
    const first = await scene();
    expect(await first.send('abc', 0)).toBe(3);
    first.raw.socket.terminate();
    const second = await scene(first.identity, first.run);
    expect(await second.send('abcdef', 0)).toBe(6);
    expect(await second.stored()).toBe('abcdef');
  });

  it('O-02 when two connections store the same bytes cut differently then nothing that was confirmed is lost', async () => {
    const { run, stored } = await scene();
    const key = { run, step: 'task', attempt: 1 };
    const { output } = gateway.server.context;
    const append = (offset: number, text: string) => output.append(key, 'stdout', offset, Buffer.from(text));
    await Promise.all([append(0, 'abc'), append(0, 'abcdef')]);
    await append(0, 'ab');
    await append(3, 'defgh');
    expect(await stored()).toBe('abcdefgh');
  });

  it('O-02 when it is binary then not a byte changes', async () => {
    const { run, send } = await scene();
    const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 7) % 256));
    expect(await send(bytes, 0)).toBe(bytes.length);
    const key = { run, step: 'task', attempt: 1 };
    expect((await readOutput(gateway.pool, key, 'stdout', 0, 4096)).equals(bytes)).toBe(true);
    expect((await readOutput(gateway.pool, key, 'stdout', 1000, 10)).equals(bytes.subarray(1000, 1010))).toBe(
      true,
    );
    expect(await readOutput(gateway.pool, key, 'stdout', 1024, 10)).toHaveLength(0);
  });

  it('O-03 when there is more than an honest agent sends then it is confirmed and not kept', async () => {
    const { run, raw } = await scene();
    const data = Buffer.alloc(limits.outputChunkBytes, 'x').toString('base64');
    const chunks = limits.outputBytes / limits.outputChunkBytes + 3;
    for (let index = 0; index < chunks; index += 1) {
      const offset = index * limits.outputChunkBytes;
      raw.socket.send(
        JSON.stringify({ type: 'output', activity: `${run}.task.1`, stream: 'stdout', offset, data }),
      );
    }
    const end = chunks * limits.outputChunkBytes;
    const isLast = (message: ServerMessage) => message.type === 'outputStored' && message.offset === end;
    await eventually('the last answer', () => raw.received.some(isLast));
    const kept = await gateway.value(
      'select sum(length(data))::int from activity_output where run = $1',
      run,
    );
    expect(kept).toBe(limits.outputBytes + limits.outputChunkBytes);
  });

  it('O-02 when it is another endpoint’s then it is dropped, and confirmed so that it stops coming', async () => {
    const victim = await scene();
    const forger = await signInRaw(gateway.server.address, await gateway.addEndpoint());
    const say = (activity: string): void => {
      const data = Buffer.from('forged').toString('base64');
      forger.socket.send(JSON.stringify({ type: 'output', activity, stream: 'stdout', offset: 0, data }));
    };
    say(`${victim.run}.task.1`);
    expect((await forger.expect('outputStored')).offset).toBe(Number.MAX_SAFE_INTEGER);
    say('999999999999999.task.1');
    await eventually(
      'both answers',
      () => forger.received.filter(({ type }) => type === 'outputStored').length === 2,
    );
    expect(await victim.stored()).toBe('');
    forger.socket.close();
  });

  it('O-02 when a chunk is larger than agreed then the connection ends and nothing of it is stored', async () => {
    const { raw, run, stored } = await scene();
    const data = Buffer.alloc(limits.outputChunkBytes + 64).toString('base64');
    raw.socket.send(
      JSON.stringify({ type: 'output', activity: `${run}.task.1`, stream: 'stdout', offset: 0, data }),
    );
    expect(await raw.ended()).toBe('INVALID_MESSAGE');
    expect(await stored()).toBe('');
  });

  it('O-02 when a scripted agent prints more than the window then all of it arrives', async () => {
    const text = Array.from({ length: 200_000 }, (_, line) => `line ${line}\n`).join('');
    const agent = await gateway.agent({
      onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} }, output: { stdout: text } }),
    });
    await agent.connect();
    const snapshot = scriptedSnapshot([{ key: 'task' }]);
    const [run = 0] = await openScriptedRuns(gateway.pool, gateway.server.engine, snapshot, [agent.endpoint]);
    const key = { run, step: 'task', attempt: 1 };
    await eventually(
      'the report',
      async () => (await gateway.value('select result from runs where id = $1', run)) !== null,
    );
    await eventually('all output', () => agent.isSettled);
    expect(String(await readOutput(gateway.pool, key, 'stdout', 0, 10 * 1024 * 1024)) === text).toBe(true);
  });
});
