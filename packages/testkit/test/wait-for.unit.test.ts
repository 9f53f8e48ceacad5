import { expect, test } from 'vitest';
import { waitFor } from '../src/wait-for.ts';

test('waitFor returns the first truthy value', async () => {
  let asked = 0;
  expect(await waitFor(() => (++asked === 3 ? 'third' : ''), { timeoutMs: 5_000, what: 'a third try' })).toBe(
    'third',
  );
});

test('waitFor names what was awaited and the last value', async () => {
  await expect(waitFor(() => 0, { timeoutMs: 1, what: 'a heartbeat' })).rejects.toThrow(
    'gave up after 1 ms waiting for a heartbeat; last value: 0',
  );
});

test('waitFor takes an error for "not yet" and keeps it as the cause', async () => {
  const refused = new Error('connection refused');
  await expect(
    waitFor(() => Promise.reject(refused), { timeoutMs: 1, what: 'the server' }),
  ).rejects.toMatchObject({
    message: expect.stringContaining('last error: connection refused'),
    cause: refused,
  });
});

test('waitFor gives up on a condition that never answers', async () => {
  await expect(
    waitFor(() => new Promise<boolean>(() => {}), { timeoutMs: 10, what: 'silence to end' }),
  ).rejects.toThrow('waiting for silence to end; no answer yet');
});
