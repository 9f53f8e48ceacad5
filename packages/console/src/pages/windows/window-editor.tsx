import { NumberInput, Textarea, TextInput } from '@mantine/core';
import type { WindowInput } from '@patchbay/contracts/window';
import { windowMinutes } from '@patchbay/domain/schedule/maintenance-window';
import { useState } from 'react';
import { asProblem } from '../../api/api-problem.ts';
import { EditorFoot } from '../../forms/editor-foot.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import type { Saving } from '../../forms/saving.ts';
import { durationText } from '../../ui/instant.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
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
}: {
  readonly initial: WindowInput;
  readonly refusal: string | null;
  readonly saving: Saving<WindowInput>;
  /** The id of the window that is edited; null: a new one. */
  readonly replaces?: string | null;
}) {
  const { isSaving, error } = saving;
  const [draft, setDraft] = useState(initial);
  const [now] = useState(() => Date.now());
  const buffer = useBufferMinutes();
  const set = (part: Partial<WindowInput>): void => setDraft({ ...draft, ...part });
  const own = windowErrors(draft);
  // What is wrong now goes before what the server has refused.
  const said = new Map([...Object.entries(error === null ? {} : fieldErrors(error)), ...own]);
  const shown = ['name', 'endpoints', 'durationMinutes'].filter((path) => said.has(path));
  const isWhole = draft.name.trim() !== '' && draft.endpoints.trim() !== '' && own.size === 0;
  const told = useWindowWarnings(isWhole ? draft : null, replaces);
  const warnings = told ?? (buffer === null ? [] : draftWarnings(draft, now, buffer));
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  useLeaveGuard(() => isDirty && !isSaving);
  const whyNot =
    refusal ??
    (draft.name.trim() === '' ? 'Give it a name first.' : null) ??
    (draft.endpoints.trim() === '' ? 'Say first which endpoints it is for.' : null) ??
    (own.size > 0 ? 'Mend what is marked first.' : null);
  return (
    <fieldset className="form window-form" disabled={refusal !== null}>
      <legend className="for-screen-readers">The window</legend>
      <MergePanel theirs={saving.theirs} mine={draft} />
      <div className="window-columns">
        <div className="form">
          <Section title="What it is">
            <div className="form-columns form-even">
              <TextInput
                label="Name"
                required
                maxLength={120}
                error={said.get('name')}
                value={draft.name}
                onChange={({ currentTarget }) => set({ name: currentTarget.value })}
              />
              <Textarea
                label="Description"
                autosize
                minRows={1}
                maxRows={5}
                maxLength={2000}
                value={draft.description}
                onChange={({ currentTarget }) => set({ description: currentTarget.value })}
              />
            </div>
          </Section>
          <WindowEndpoints
            selector={draft.endpoints}
            error={said.get('endpoints') ?? null}
            onChange={(endpoints) => set({ endpoints })}
          />
          <Section title="When it opens">
            <RecurrenceFields
              recurrence={draft.recurrence}
              said={recurrenceErrors(said)}
              onChange={(recurrence) => set({ recurrence })}
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
                onChange={(value) => set({ durationMinutes: Number(value) })}
              />
            </div>
          </Section>
          <BlackoutFields
            blackouts={draft.blackouts}
            errors={said}
            onChange={(blackouts) => set({ blackouts })}
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
      {error !== null && asProblem(error).fields.length > shown.length && <ProblemView error={error} />}
      {error !== null && asProblem(error).fields.length === 0 && <ProblemView error={error} />}
      <EditorFoot
        note={
          <>
            A window belongs to the day that it starts on, also when it ends on the next.
            {buffer !== null && ` Nothing starts in its last ${buffer} minutes, but in emergency plans.`}
          </>
        }
        draft={draft}
        isDirty={isDirty}
        whyNot={whyNot}
        saving={saving}
        onUndo={() => setDraft(initial)}
      />
    </fieldset>
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
