import { useEffect, useState } from 'react';
import { apiAddress, call, part } from '../../api/client.ts';
import { appendOutput, type OutputLine } from './ansi.ts';

/** One of the two streams of an activity. */
export type Stream = 'stdout' | 'stderr';

/** The output of a stream as far as it has come. */
export interface Output {
  readonly lines: readonly OutputLine[];
  /** Nothing more will come. */
  readonly ended: boolean;
  readonly error: unknown;
}

const nothing: Output = { lines: [], ended: false, error: null };
const waitSeconds = 20;
const retryMs = 4000;

/** Reads a stream from its beginning and goes on as it grows (O-02). What shows it is keyed by the activity. */
export function useOutput(activity: string, stream: Stream): Output {
  const [output, setOutput] = useState(nothing);
  useEffect(() => {
    const stop = new AbortController();
    void follow(activity, stream, stop.signal, setOutput);
    return () => stop.abort();
  }, [activity, stream]);
  return output;
}

async function follow(
  activity: string,
  stream: Stream,
  signal: AbortSignal,
  set: (change: (before: Output) => Output) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let from = 0;
  while (!signal.aborted) {
    try {
      const query = { stream, from, wait: waitSeconds };
      const response = await call('GET', apiAddress(`/activities/${part(activity)}/output`, query), {
        signal,
      });
      const text = decoder.decode(await response.arrayBuffer(), { stream: true });
      from = Number(response.headers.get('patchbay-next-from') ?? from);
      const ended = response.headers.get('patchbay-end') === 'true';
      set((before) => ({
        lines: text === '' ? before.lines : appendOutput(before.lines, text),
        ended,
        error: null,
      }));
      if (ended) return;
    } catch (error) {
      if (signal.aborted) return;
      set((before) => ({ ...before, error }));
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
