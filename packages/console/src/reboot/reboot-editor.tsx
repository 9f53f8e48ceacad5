import { TextInput } from '@mantine/core';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { rebootSettingsProblems } from '@patchbay/domain/reboot/settings-problems';
import { useMemo, useState } from 'react';
import { sentence } from '../forms/field-errors.ts';
import { Section } from '../ui/section.tsx';
import { ForecastLanes } from './forecast-lanes.tsx';
import { fieldMoment, localField, nextHour } from './imagined-moment.ts';
import { pictureOf } from './picture.ts';
import { PromptPreviews } from './prompt-previews.tsx';
import { SettingsFields } from './settings-fields.tsx';
import './reboot-editor.css';

/** The settings of Interactive Reboot, beside them what comes of them before they are saved (R-17, L-24). */
export function RebootEditor({
  settings,
  os,
  errors = {},
  readOnly = false,
  onChange,
}: {
  readonly settings: RebootSettings;
  /** Where the task runs. */
  readonly os: OperatingSystem;
  /** What the server said of fields, by their path within the settings. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly readOnly?: boolean;
  readonly onChange: (settings: RebootSettings) => void;
}) {
  const problems = useMemo(
    () => new Map(rebootSettingsProblems(settings).map(({ path, message }) => [path, sentence(message)])),
    [settings],
  );
  const [field, setField] = useState(() => localField(nextHour(Date.now())));
  const isWrong = problems.size > 0;
  const start = isWrong ? null : fieldMoment(field);
  const picture = useMemo(() => (start === null ? null : pictureOf(settings, start)), [settings, start]);
  return (
    <div className="reboot-editor">
      <div className="reboot-top">
        <div className="reboot-settings">
          <SettingsFields
            settings={settings}
            errorOf={(path) => problems.get(path) ?? errors[path] ?? null}
            readOnly={readOnly}
            onChange={(changes) => onChange({ ...settings, ...changes })}
          />
        </div>
        <div className="reboot-picture">
          <Section
            title="What comes of it"
            actions={
              <TextInput
                type="datetime-local"
                size="xs"
                label="If it begins"
                className="picture-start"
                value={field}
                onChange={({ currentTarget }) => setField(currentTarget.value)}
              />
            }
          >
            {picture === null ? (
              <NotDrawn isWrong={isWrong} />
            ) : (
              <>
                <ForecastLanes picture={picture} />
                <p className="picture-note quiet">
                  For users who are there and can be shown notifications. {sayNobody(settings)}
                </p>
              </>
            )}
          </Section>
        </div>
      </div>
      <Section title="What users see">
        {start === null ? (
          <NotDrawn isWrong={isWrong} />
        ) : (
          <PromptPreviews settings={settings} start={start} os={os} />
        )}
      </Section>
    </div>
  );
}

function NotDrawn({ isWrong }: { readonly isWrong: boolean }) {
  return (
    <p className="picture-note quiet">
      {isWrong
        ? 'Mend the fields that are marked; it is drawn from settings that are possible.'
        : 'Say when it begins.'}
    </p>
  );
}

function sayNobody({ noActiveUser, rebootNowDelayMinutes, deadlineAt }: RebootSettings): string {
  switch (noActiveUser) {
    case 'reboot':
      return `Where nobody is logged in, the endpoint reboots ${rebootNowDelayMinutes} min after it begins.`;
    case 'wait':
      return deadlineAt === null
        ? 'Where nobody is logged in, it waits until somebody is.'
        : 'Where nobody is logged in, it waits until somebody is, or for the deadline.';
    case 'skip':
      return 'Where nobody is logged in, it is given up without a reboot.';
  }
}
