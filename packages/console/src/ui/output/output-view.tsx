import { Checkbox, SegmentedControl } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { IconAction } from '../action-button.tsx';
import { download } from '../download.ts';
import { ProblemView } from '../problem-view.tsx';
import { lineToPieces, lineToText, type OutputLine } from './ansi.ts';
import { SearchField, useLineSearch } from './line-search.tsx';
import { OutputLineView } from './output-line.tsx';
import { type Stream, useOutput } from './use-output.ts';
import './output.css';

const lineHeight = 19;
const atEndPx = 40;

/** What an activity prints, as it prints it: its two streams apart, searched, saved (O-02). */
export function OutputView({
  activity,
  height = '26rem',
  cut = null,
}: {
  readonly activity: string;
  readonly height?: string;
  /** Bytes that were cut out of the middle of each stream (O-03). */
  readonly cut?: Readonly<Record<Stream, number>> | null;
}) {
  const [stream, setStream] = useState<Stream>('stdout');
  const stdout = useOutput(activity, 'stdout');
  const stderr = useOutput(activity, 'stderr');
  const output = stream === 'stdout' ? stdout : stderr;
  const [follows, setFollows] = useState(true);
  const lines = useMemo(() => withoutEmptyEnd(output.lines), [output.lines]);
  const search = useLineSearch(lines);
  const { wanted } = search;
  const count = (one: typeof stdout): string => withoutEmptyEnd(one.lines).length.toLocaleString();
  const save = (): void =>
    download(
      `activity-${activity}-${stream}.txt`,
      'text/plain',
      lines.map(({ raw }) => `${lineToText(raw)}\n`),
    );
  return (
    <div className="output">
      <div className="output-bar">
        <SegmentedControl
          size="xs"
          aria-label="Stream"
          value={stream}
          onChange={(value) => setStream(value)}
          data={[
            { value: 'stdout', label: `Output (${count(stdout)})` },
            { value: 'stderr', label: `Errors (${count(stderr)})` },
          ]}
        />
        <span className="output-state quiet" aria-live="polite">
          {output.ended ? '' : 'goes on as it is printed'}
        </span>
        <SearchField search={search} onGo={() => setFollows(false)} />
        <Checkbox
          size="xs"
          label="Follow"
          checked={follows}
          onChange={(event) => setFollows(event.currentTarget.checked)}
        />
        <IconAction
          icon={IconDownload}
          label={`Save ${stream === 'stdout' ? 'output' : 'errors'} as a file`}
          onClick={save}
        />
      </div>
      {output.error !== null && <ProblemView error={output.error} />}
      {cut !== null && cut[stream] > 0 && (
        <p className="output-cut">{cut[stream].toLocaleString()} bytes were cut out of the middle.</p>
      )}
      <Lines
        key={stream}
        label={stream === 'stdout' ? 'Output' : 'Errors'}
        lines={lines}
        empty={output.ended ? 'Nothing was printed here.' : 'Nothing has been printed here yet.'}
        wanted={wanted}
        current={search.current}
        follows={follows && wanted === ''}
        onLeaveEnd={(atEnd) => setFollows(atEnd)}
        height={height}
      />
    </div>
  );
}

function Lines({
  label,
  lines,
  empty,
  wanted,
  current,
  follows,
  onLeaveEnd,
  height,
}: {
  readonly label: string;
  readonly lines: readonly OutputLine[];
  readonly empty: string;
  readonly wanted: string;
  readonly current: number | null;
  readonly follows: boolean;
  readonly onLeaveEnd: (atEnd: boolean) => void;
  readonly height: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 30,
  });
  useEffect(() => {
    if (follows && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follows, lines.length, virtualizer]);
  useEffect(() => {
    if (current !== null) virtualizer.scrollToIndex(current, { align: 'center' });
  }, [current, virtualizer]);
  const widest = useMemo(() => lines.reduce((most, { raw }) => Math.max(most, raw.length), 0), [lines]);
  return (
    <div
      className="output-lines"
      ref={scroller}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      style={{ height: `min(${height}, ${Math.max(lines.length, 4) * lineHeight + 12}px)` }}
      onWheel={({ currentTarget }) => {
        const { scrollHeight, scrollTop, clientHeight } = currentTarget;
        onLeaveEnd(scrollHeight - scrollTop - clientHeight < atEndPx);
      }}
    >
      {lines.length === 0 ? (
        <p className="output-empty">{empty}</p>
      ) : (
        <div style={{ height: virtualizer.getTotalSize(), minWidth: `${Math.min(widest, 4000) + 9}ch` }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index] as OutputLine;
            return (
              <div
                key={key}
                className={index === current ? 'output-line output-line-hit' : 'output-line'}
                style={{ transform: `translateY(${start}px)` }}
              >
                <span className="output-number" aria-hidden="true">
                  {index + 1}
                </span>
                <OutputLineView pieces={lineToPieces(line).pieces} wanted={wanted} />
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}

function withoutEmptyEnd(lines: readonly OutputLine[]): readonly OutputLine[] {
  return lines.at(-1)?.raw === '' ? lines.slice(0, -1) : lines;
}
