import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { useState } from 'react';
import { Section } from '../ui/section.tsx';
import { BrandFields } from './brand-fields.tsx';
import { fieldMoment, localField } from './imagined-moment.ts';
import { MinutesField } from './minutes-field.tsx';
import { SnoozeChoices } from './snooze-choices.tsx';

/** What the fields of the settings need. */
export interface SettingsFieldsProps {
  readonly settings: RebootSettings;
  /** The message for a field; null: it is right. */
  readonly errorOf: (path: string) => string | null;
  readonly readOnly: boolean;
  readonly onChange: (changes: Partial<RebootSettings>) => void;
}

/** All settings of Interactive Reboot (L-24). */
export function SettingsFields(props: SettingsFieldsProps) {
  return (
    <>
      <Section title="How often users are asked">
        <AskingFields {...props} />
      </Section>
      <Section title="The reboot">
        <EndingFields {...props} />
      </Section>
      <Section title="When users cannot be asked">
        <PolicyFields {...props} />
      </Section>
      <Section title="Words and brand">
        <BrandFields {...props} />
      </Section>
    </>
  );
}

function AskingFields({ settings, errorOf, readOnly, onChange }: SettingsFieldsProps) {
  const { notificationCount, notificationTimeoutMinutes, snoozeChoices } = settings;
  return (
    <div className="reboot-fields">
      <NumberInput
        label="Notification count"
        description="How many may be put off"
        data-path="interactiveReboot.notificationCount"
        min={0}
        max={100}
        clampBehavior="none"
        readOnly={readOnly}
        error={errorOf('notificationCount')}
        value={Number.isNaN(notificationCount) ? '' : notificationCount}
        onChange={(count) => onChange({ notificationCount: count === '' ? Number.NaN : Number(count) })}
      />
      <MinutesField
        label="Notification time-out"
        description="Then it counts as ignored"
        path="interactiveReboot.notificationTimeoutMinutes"
        readOnly={readOnly}
        error={errorOf('notificationTimeoutMinutes')}
        value={notificationTimeoutMinutes}
        onChange={(minutes) => onChange({ notificationTimeoutMinutes: minutes })}
      />
      <SnoozeChoices
        choices={snoozeChoices}
        errorOf={errorOf}
        readOnly={readOnly}
        onChange={(choices) => onChange({ snoozeChoices: choices })}
      />
      <Checkbox
        className="form-wide"
        label="Allow the user to cancel"
        description="Shows “Cancel”, which ends it without a reboot"
        disabled={readOnly}
        checked={settings.allowCancel}
        onChange={({ currentTarget }) => onChange({ allowCancel: currentTarget.checked })}
      />
      <Checkbox
        className="form-wide"
        label="Start only if a reboot is needed"
        description="The agent looks first; where none is needed, nobody is asked"
        disabled={readOnly}
        checked={settings.onlyIfNeeded}
        onChange={({ currentTarget }) => onChange({ onlyIfNeeded: currentTarget.checked })}
      />
    </div>
  );
}

function EndingFields({ settings, errorOf, readOnly, onChange }: SettingsFieldsProps) {
  const { finalWarningMinutes, rebootNowDelayMinutes, deadlineAt } = settings;
  const [now] = useState(() => Date.now());
  const isOver = deadlineAt !== null && deadlineAt < now;
  return (
    <div className="reboot-fields">
      <MinutesField
        label="Final warning"
        description="Before the reboot comes"
        path="interactiveReboot.finalWarningMinutes"
        readOnly={readOnly}
        error={errorOf('finalWarningMinutes')}
        value={finalWarningMinutes}
        onChange={(minutes) => onChange({ finalWarningMinutes: minutes })}
      />
      <MinutesField
        label="Reboot-now delay"
        description="After “Reboot now” is chosen"
        path="interactiveReboot.rebootNowDelayMinutes"
        readOnly={readOnly}
        error={errorOf('rebootNowDelayMinutes')}
        value={rebootNowDelayMinutes}
        onChange={(minutes) => onChange({ rebootNowDelayMinutes: minutes })}
      />
      <TextInput
        type="datetime-local"
        className="form-wide"
        label="Deadline"
        description={
          isOver
            ? 'It has passed: whoever is asked now gets the final warning at once'
            : 'Empty: none. The final warning starts in time for it; in the time of your browser'
        }
        data-path="interactiveReboot.deadlineAt"
        readOnly={readOnly}
        error={errorOf('deadlineAt')}
        value={localField(deadlineAt)}
        onChange={({ currentTarget }) => onChange({ deadlineAt: fieldMoment(currentTarget.value) })}
      />
    </div>
  );
}

type Policies = Pick<RebootSettings, 'noActiveUser' | 'doNotDisturb' | 'sessions' | 'notifierFailed'>;

const policies: readonly {
  readonly name: keyof Policies;
  readonly label: string;
  readonly description: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}[] = [
  {
    name: 'noActiveUser',
    label: 'No active user',
    description: 'Nobody is logged in, or everybody has logged off',
    options: [
      { value: 'reboot', label: 'Reboot after the reboot-now delay' },
      { value: 'wait', label: 'Wait for a user, or the deadline' },
      { value: 'skip', label: 'Give up without a reboot' },
    ],
  },
  {
    name: 'doNotDisturb',
    label: 'Do not disturb',
    description: 'Presentation or focus mode; a notification held back is not counted',
    options: [
      { value: 'respect', label: 'Wait, until the deadline' },
      { value: 'ignore', label: 'Ask nevertheless' },
    ],
  },
  {
    name: 'sessions',
    label: 'Several users',
    description: 'Whose answer counts',
    options: [
      { value: 'firstAnswer', label: 'The first answer' },
      { value: 'anySnoozeWins', label: 'Any snooze wins' },
      { value: 'consoleOnly', label: 'Only who sits at the machine' },
    ],
  },
  {
    name: 'notifierFailed',
    label: 'Nothing can be shown',
    description: 'The notifier fails although a user is there',
    options: [
      { value: 'keepTrying', label: 'Keep trying; never reboot unseen' },
      { value: 'rebootAnyway', label: 'Reboot anyway' },
    ],
  },
];

function PolicyFields({ settings, readOnly, onChange }: SettingsFieldsProps) {
  return (
    <div className="reboot-fields reboot-policies">
      {policies.map(({ name, label, description, options }) => (
        <Select
          key={name}
          label={label}
          description={description}
          allowDeselect={false}
          readOnly={readOnly}
          data={[...options]}
          value={settings[name]}
          onChange={(value) => onChange({ [name]: value })}
        />
      ))}
    </div>
  );
}
