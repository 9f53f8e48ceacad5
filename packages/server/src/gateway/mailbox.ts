import type { WebSocket } from 'ws';

/** Messages, and bytes of them, that may wait for the database before the socket is not read any more. */
const maxWaiting = { messages: 64, bytes: 1024 * 1024 };
/** What one agent may have handled in a second: a message costs 1 and 1 more for every 4 KiB. */
const maxCostPerSecond = 2_000;

/** The messages of one agent, handled one after the other in the order in which they came. */
export interface Mailbox {
  put(message: Buffer): void;
  /** Counts something that was handled at once against what the agent may cost. */
  charge(bytes: number): void;
  /** Whether messages wait that were not handled yet. */
  readonly busy: boolean;
  /** Drops what waits and whatever comes. */
  close(): void;
  /** Resolves when what has come so far is handled. */
  settled(): Promise<void>;
}

/** Handles a socket's messages in order, and does not read the socket while too much waits or it says too much. */
export function createMailbox(
  socket: Pick<WebSocket, 'pause' | 'resume'>,
  handle: (message: string) => Promise<void> | void,
  failed: (error: unknown) => void,
): Mailbox {
  const waiting = { messages: 0, bytes: 0 };
  let tail: Promise<void> = Promise.resolve();
  let closed = false;
  let cost = 0;
  let window: NodeJS.Timeout | null = null;
  let paused = false;

  const readOrPause = (): void => {
    const full = waiting.messages > maxWaiting.messages || waiting.bytes > maxWaiting.bytes;
    const pause = !closed && (full || cost > maxCostPerSecond);
    if (pause === paused) return;
    paused = pause;
    if (pause) socket.pause();
    else socket.resume();
  };
  const charge = (bytes: number): void => {
    cost += 1 + bytes / 4096;
    window ??= setTimeout(() => {
      window = null;
      cost = 0;
      readOrPause();
    }, 1_000).unref();
    readOrPause();
  };
  const handleNext = async (message: Buffer): Promise<void> => {
    try {
      if (!closed) await handle(message.toString());
    } catch (error) {
      failed(error);
    }
    waiting.messages -= 1;
    waiting.bytes -= message.length;
    readOrPause();
  };

  return {
    put(message) {
      if (closed) return;
      waiting.messages += 1;
      waiting.bytes += message.length;
      charge(message.length);
      tail = tail.then(() => handleNext(message));
    },
    charge,
    get busy() {
      return waiting.messages > 0;
    },
    close() {
      closed = true;
      if (window !== null) clearTimeout(window);
      readOrPause();
    },
    settled: () => tail,
  };
}
