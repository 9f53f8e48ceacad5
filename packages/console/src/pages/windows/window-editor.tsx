import { NumberInput } from '@mantine/core';
import type { WindowInput } from '@patchbay/contracts/window';
import { windowMinutes } from '@patchbay/domain/schedule/maintenance-window';
import { useState } from 'react';
import { EditorFrame } from '../../forms/editor-frame.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import type { EditorProps } from '../../forms/library-editor-page.tsx';
import { NameFields } from '../../forms/name-fields.tsx';
import { useDraft } from '../../forms/use-draft.ts';
import { durationText } from '../../ui/instant.ts';
import { Section } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { RecurrenceFields } from '../plans/recurrence-fields.tsx';
import '../plans/plan-editor.css';
import { BlackoutFields } from './blackout-fields.tsx';
import { MonthPicture } from './month-picture.tsx';
import { useBufferMinutes } from './use-buffer-minutes.ts';
import { useWindowWarnings } from './use-window-warnings.ts';
import { canBePictured, draftWarnings, windowErrors } from './window-draft.ts';
import { WindowEndpoints } from './window-endpoints.tsx';

/** Edits a window; beside it the month that comes of it (P-06). */
export function WindowEditor({
  initial,
  refusal,
  saving,
  replaces = null,
}: EditorProps<WindowInput> & {
  /** The id of the window that is edited; null: a new one. */
  readonly replaces?: string | null;
}) {
  const editing = useDraft(initial, saving);
  const { draft, change } = editing;
  const [now] = useState(() => Date.now());
  const buffer = useBufferMinutes();
  const own = windowErrors(draft);
  // What is wrong now goes before what the server has refused.
  const said = new Map([...Object.entries(fieldErrors(saving.error)), ...own]);
  const isWhole = draft.name.trim() !== '' && draft.endpoints.trim() !== '' && own.size === 0;
  const told = useWindowWarnings(isWhole ? draft : null, replaces);
  const warnings = told ?? (buffer === null ? [] : draftWarnings(draft, now, buffer));
  const lacking =
    draft.endpoints.trim() === ''
      ? 'Say first which endpoints it is for.'
      : own.size > 0
        ? 'Mend what is marked first.'
        : null;
  return (
    <EditorFrame
      editing={editing}
      refusal={refusal}
      lacking={lacking}
      shownFields={['name', 'description', 'endpoints', 'durationMinutes']}
      note={
        <>
          A window belongs to the day that it starts on, also when it ends on the next.
          {buffer !== null && ` Nothing starts in its last ${buffer} minutes, but in emergency plans.`}
        </>
      }
    >
      <fieldset className="window-form" disabled={refusal !== null}>
        <legend className="for-screen-readers">The window</legend>
        <div className="editor-columns window-columns">
          <div className="form">
            <NameFields draft={draft} errors={Object.fromEntries(said)} onChange={change} />
            <WindowEndpoints
              selector={draft.endpoints}
              error={said.get('endpoints') ?? null}
              onChange={(endpoints) => change({ endpoints })}
            />
            <Section title="When it opens">
              <RecurrenceFields
                recurrence={draft.recurrence}
                said={recurrenceErrors(said)}
                onChange={(recurrence) => change({ recurrence })}
              />
              <div className="form-columns form-thirds window-duration">
                <NumberInput
                  label="Open for"
                  description={`Minutes; ${durationText(draft.durationMinutes * 60_000)}`}
                  min={windowMinutes.least}
                  max={windowMinutes.most}
                  allowDecimal={false}
                  error={said.get('durationMinutes')}
                  value={draft.durationMinutes}
                  onChange={(value) => change({ durationMinutes: Number(value) })}
                />
              </div>
            </Section>
            <BlackoutFields
              blackouts={draft.blackouts}
              errors={said}
              onChange={(blackouts) => change({ blackouts })}
            />
          </div>
          <Section title="What comes of it">
            {warnings.length > 0 && <Warnings warnings={warnings} />}
            {canBePictured(own) ? (
              <MonthPicture
                windows={[{ key: 'draft', name: draft.name || 'This window', to: null, window: draft }]}
              />
            ) : (
              <span className="quiet">Mend what is marked first.</span>
            )}
          </Section>
        </div>
      </fieldset>
    </EditorFrame>
  );
}

/** What one would hardly want of a window. */
function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return (
    <ul className="window-warnings" aria-label="Warnings" aria-live="polite">
      {warnings.map((warning) => (
        <li key={warning}>
          <StatusMark tone="warn">{warning}</StatusMark>
        </li>
      ))}
    </ul>
  );
}

function recurrenceErrors(said: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...said].flatMap(([path, message]) =>
      path.startsWith('recurrence.') ? [[path.slice('recurrence.'.length), message]] : [],
    ),
  );
}
