import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconCircle,
  IconCircleDashed,
  IconLoader2,
  IconMinus,
  IconPlayerTrackNext,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import './status-mark.css';

/** What a status means for whoever looks at it. */
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle' | 'skipped' | 'stopped' | 'on' | 'off';

const icons: Readonly<Record<Tone, typeof IconCheck>> = {
  good: IconCheck,
  warn: IconAlertTriangle,
  bad: IconX,
  busy: IconLoader2,
  idle: IconCircleDashed,
  skipped: IconPlayerTrackNext,
  stopped: IconBan,
  on: IconCircle,
  off: IconMinus,
};

/** A status in words, and what it means. */
export interface Shown {
  readonly tone: Tone;
  readonly label: string;
}

/** A status as a sign and its word. */
export function Status({ shown, large = false }: { readonly shown: Shown; readonly large?: boolean }) {
  return (
    <StatusMark tone={shown.tone} large={large}>
      {shown.label}
    </StatusMark>
  );
}

/** A sign with words of one's own: never by colour alone. */
export function StatusMark({
  tone,
  children,
  large = false,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly large?: boolean;
}) {
  return (
    <span className={`status-mark status-${tone}${large ? ' status-large' : ''}`}>
      <StatusSign tone={tone} size={large ? 18 : 14} />
      <span>{children}</span>
    </span>
  );
}

/** Only the sign; the word must be nearby. */
export function StatusSign({ tone, size = 14 }: { readonly tone: Tone; readonly size?: number }) {
  const Icon = icons[tone];
  return (
    <span className={`status-sign status-${tone}`} aria-hidden="true">
      <Icon size={size} stroke={2.4} fill={tone === 'on' ? 'currentColor' : 'none'} />
    </span>
  );
}
