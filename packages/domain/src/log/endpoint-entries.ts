import { type LogEntry, serverActor } from './log-entry.ts';

/** An endpoint that something has happened to, `at` in epoch milliseconds. */
export interface EndpointNews {
  readonly endpoint: string;
  readonly name: string;
  readonly at: number;
}

/** An endpoint has joined (E-01). */
export function enrolledEntry(news: EndpointNews): LogEntry {
  return entryOf(news, 'info', serverActor, `The endpoint "${news.name}" was enrolled.`);
}

/** An endpoint may never connect again (S-04); `by` names the person or token. */
export function revokedEntry(news: EndpointNews, by: string): LogEntry {
  return entryOf(news, 'warning', by, `The endpoint "${news.name}" was revoked.`);
}

/** Nothing was heard of an endpoint for so many hours. */
export function silentEntry(news: EndpointNews, hours: number): LogEntry {
  const time = hours === 1 ? 'an hour' : `${hours} hours`;
  return entryOf(
    news,
    'warning',
    serverActor,
    `The endpoint "${news.name}" has not been heard of for ${time}.`,
  );
}

function entryOf(
  { endpoint, at }: EndpointNews,
  level: LogEntry['level'],
  actor: string,
  message: string,
): LogEntry {
  const about = { endpoint, run: null, activity: null, flow: null };
  return { at, level, category: 'endpoint', actor, message, ...about };
}
