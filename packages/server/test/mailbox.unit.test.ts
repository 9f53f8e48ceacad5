import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { limits } from '@patchbay/contracts/limits';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAdmission } from '../src/gateway/admission.ts';
import { createMailbox } from '../src/gateway/mailbox.ts';

/** A socket that only remembers whether it is read. */
function fakeSocket() {
  const socket = {
    isRead: true,
    pause: () => {
      socket.isRead = false;
    },
    resume: () => {
      socket.isRead = true;
    },
  };
  return socket;
}

const never = (error: unknown): void => {
  throw error;
};

describe('given the messages of one agent', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('when one takes long then those after it wait, in their order', async () => {
    const handled: string[] = [];
    const first = Promise.withResolvers<void>();
    const handle = async (message: string): Promise<void> => {
      if (message === 'one') await first.promise;
      handled.push(message);
    };
    const mailbox = createMailbox(fakeSocket(), handle, never);
    for (const message of ['one', 'two', 'three']) mailbox.put(Buffer.from(message));
    expect(mailbox.busy).toBe(true);
    first.resolve();
    await mailbox.settled();
    expect(handled).toEqual(['one', 'two', 'three']);
    expect(mailbox.busy).toBe(false);
  });

  it('when one cannot be handled then that is told', async () => {
    const failed = vi.fn<(error: unknown) => void>();
    const mailbox = createMailbox(fakeSocket(), () => Promise.reject(new Error('no database')), failed);
    mailbox.put(Buffer.from('x'));
    await mailbox.settled();
    expect(failed).toHaveBeenCalledWith(new Error('no database'));
  });

  it.each([
    ['many', 65, 1],
    ['large', 2, 600_000],
  ])(
    'when too %s wait for the database then the socket is not read until they are handled',
    async (_, count, size) => {
      const database = Promise.withResolvers<void>();
      const socket = fakeSocket();
      const mailbox = createMailbox(socket, () => database.promise, never);
      for (let put = 0; put < count; put += 1) mailbox.put(Buffer.alloc(size));
      expect(socket.isRead).toBe(false);
      database.resolve();
      await mailbox.settled();
      expect(socket.isRead).toBe(true);
    },
  );

  it('when more comes in a second than one agent may cost then the rest has to wait for the next second', async () => {
    const socket = fakeSocket();
    const mailbox = createMailbox(socket, () => undefined, never);
    for (let put = 0; put < 2_001; put += 1) mailbox.put(Buffer.from('x'));
    await mailbox.settled();
    expect(socket.isRead).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(socket.isRead).toBe(true);
  });

  it('when it is closed then what waits is dropped, and the socket is read to its end', async () => {
    const handled: string[] = [];
    const socket = fakeSocket();
    const mailbox = createMailbox(socket, (message) => void handled.push(message), never);
    for (let put = 0; put < 100; put += 1) mailbox.put(Buffer.from('x'));
    expect(socket.isRead).toBe(false);
    mailbox.close();
    mailbox.put(Buffer.from('y'));
    await mailbox.settled();
    expect(handled).toEqual([]);
    expect(socket.isRead).toBe(true);
  });
});

async function closed(socket: PassThrough | undefined): Promise<void> {
  if (socket === undefined) return;
  socket.destroy();
  await once(socket, 'close');
}

describe('S-07 given peers that have not signed in', () => {
  it('S-07 when one sends more than a sign-in needs then its connection is dropped', async () => {
    const socket = new PassThrough();
    createAdmission().admit(socket);
    socket.write(Buffer.alloc(limits.signInBytes));
    socket.write('x');
    await vi.waitFor(() => expect(socket.destroyed).toBe(true));
  });

  it('S-07 when one has signed in then it may send more', async () => {
    const socket = new PassThrough();
    createAdmission().admit(socket)?.();
    const received: number[] = [];
    socket.on('data', (data: Buffer) => received.push(data.length));
    socket.end(Buffer.alloc(2 * limits.signInBytes));
    await vi.waitFor(() =>
      expect(received.reduce((sum, bytes) => sum + bytes, 0)).toBe(2 * limits.signInBytes),
    );
  });

  it('S-07 when too many try at once then the next is turned away, until one has left', async () => {
    const admission = createAdmission();
    const sockets = Array.from({ length: 2_000 }, () => new PassThrough());
    const admitted = sockets.map((socket) => admission.admit(socket));
    expect(admitted.every((signedIn) => signedIn !== null)).toBe(true);
    expect(admission.admit(new PassThrough())).toBeNull();
    // Signed in and gone: that is one place, not two.
    admitted[0]?.();
    await closed(sockets[0]);
    expect(admission.admit(new PassThrough())).not.toBeNull();
    expect(admission.admit(new PassThrough())).toBeNull();
    await closed(sockets[1]);
    expect(admission.admit(new PassThrough())).not.toBeNull();
  });
});
