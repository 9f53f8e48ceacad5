import { Button, NumberInput, PasswordInput, Select, Skeleton, TextInput } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Setting } from '@patchbay/contracts/setting';
import { isSettingName, settingProblem } from '@patchbay/domain/setting/definitions';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { thingQuery } from '../../api/things.ts';
import { fieldErrors, sentence } from '../../forms/field-errors.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';
import { TestMail } from './test-mail.tsx';
import './settings.css';

/** What the first part of a setting's name says of it. */
const groupNames: Readonly<Record<string, string>> = {
  postPatching: 'After a failure',
  run: 'Runs',
  patch: 'The patch operation',
  activity: 'Activities',
  agent: 'Agents',
  session: 'Sign-in',
  plan: 'Plans',
  window: 'Maintenance windows',
  log: 'Logs & Alerts',
  endpoint: 'Endpoints',
  server: 'This installation',
  mail: 'Mail',
};

/** The system configuration (O-05). */
export function SettingsPage() {
  const settings = useQuery(thingQuery<ListPage<Setting>>('settings', '/settings'));
  const items = settings.data?.items ?? [];
  const groups = Map.groupBy(items, ({ name }) => name.split('.')[0] ?? '');
  return (
    <Page
      title="Settings"
      description="What holds for the whole installation. A workflow may say otherwise for itself where that is noted."
    >
      {settings.isError && <ProblemView error={settings.error} retry={() => void settings.refetch()} />}
      {settings.isPending && <Skeleton height={320} />}
      {[...groups].map(([group, members]) => (
        <Section key={group} title={groupNames[group] ?? group}>
          <ul className="settings">
            {members.map((setting) => (
              <SettingRow key={`${setting.name}=${setting.value}`} setting={setting} />
            ))}
          </ul>
          {group === 'mail' && <TestMail />}
        </Section>
      ))}
    </Page>
  );
}

function SettingRow({ setting }: { readonly setting: Setting }) {
  const { name, type, value } = setting;
  // Nobody is given a secret back: its field is for a new one.
  const isSecret = type === 'secret';
  const unchanged = isSecret ? '' : value;
  const [draft, setDraft] = useState<string | number>(unchanged);
  const queryClient = useQueryClient();
  const refusal = useRefusal()('setting.write');
  const save = useMutation({
    // A setting's ETag is its value: nobody's change is replaced unseen.
    mutationFn: (next: string | number) =>
      send<Setting>('PUT', `/settings/${part(name)}`, { value: next }, `"${value}"`),
    onSuccess: async (saved) => {
      await queryClient.invalidateQueries({ queryKey: ['settings'] });
      if (isSecret) setDraft('');
      notifyDone(
        `${saved.name} is ${isSecret && saved.value !== '' ? 'set' : shown(saved.value, saved.unit)} now.`,
      );
    },
  });
  const problem = isSettingName(name) ? settingProblem(name, draft) : null;
  const refused = save.isError ? (fieldErrors(save.error)['value'] ?? null) : null;
  const isChanged = draft !== unchanged;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (problem === null && isChanged) save.mutate(draft);
  };
  return (
    <li>
      <SettingWords setting={setting} />
      <form className="setting-form" onSubmit={submit}>
        <div className="setting-change">
          <div className="row-buttons">
            {isSecret && value !== '' && refusal === null && (
              <Button size="compact-sm" variant="subtle" onClick={() => save.mutate('')}>
                Remove
              </Button>
            )}
            {draft !== setting.default && !isSecret && refusal === null && (
              <Button size="compact-sm" variant="subtle" onClick={() => setDraft(setting.default)}>
                Default
              </Button>
            )}
            {isChanged && (
              <Button size="compact-sm" variant="default" onClick={() => setDraft(unchanged)}>
                Undo
              </Button>
            )}
            {isChanged && (
              <ActionButton
                size="compact-sm"
                type="submit"
                variant="filled"
                refusal={refusal ?? problem}
                loading={save.isPending}
              >
                Save
              </ActionButton>
            )}
          </div>
          <SettingField
            setting={setting}
            draft={draft}
            error={isChanged ? (problem === null ? refused : sentence(problem)) : null}
            readOnly={refusal !== null}
            onChange={setDraft}
          />
        </div>
        {save.isError && refused === null && <ProblemView error={save.error} />}
      </form>
    </li>
  );
}

/** What a setting is, and who has changed it last. */
function SettingWords({ setting }: { readonly setting: Setting }) {
  const { name, description, unit, changedBy, changedAt } = setting;
  return (
    <div className="setting-words">
      <div className="setting-description">{description}</div>
      <div className="quiet setting-facts">
        <span className="code">{name}</span>
        {setting.default !== '' && <span>Default: {shown(setting.default, unit)}</span>}
        <span>
          {changedBy === null ? (
            'Never changed'
          ) : (
            <>
              Changed by {changedBy}, <When at={changedAt} />
            </>
          )}
        </span>
      </div>
    </div>
  );
}

function SettingField({
  setting,
  draft,
  error,
  readOnly,
  onChange,
}: {
  readonly setting: Setting;
  readonly draft: string | number;
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly onChange: (value: string | number) => void;
}) {
  const { name, description, type, choices, minimum, maximum, unit, value } = setting;
  const shared = { 'aria-label': description, error, readOnly, w: 220 };
  if (type === 'choice') {
    return (
      <Select
        {...shared}
        allowDeselect={false}
        data={choices}
        value={String(draft)}
        onChange={(value) => onChange(value ?? '')}
      />
    );
  }
  if (type === 'text' || type === 'secret') {
    const Input = type === 'text' ? TextInput : PasswordInput;
    return (
      <Input
        {...shared}
        placeholder={type === 'secret' && value !== '' ? String(value) : ''}
        autoComplete={type === 'text' ? 'off' : 'new-password'}
        value={String(draft)}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  }
  return (
    <NumberInput
      {...shared}
      key={name}
      allowDecimal={false}
      {...(unit ? { thousandSeparator: ' ', suffix: ` ${unit}` } : {})}
      {...(minimum === null ? {} : { min: minimum })}
      {...(maximum === null ? {} : { max: maximum })}
      clampBehavior="none"
      value={draft}
      onChange={onChange}
    />
  );
}

function shown(value: string | number, unit: string | null): string {
  if (value === '') return 'empty';
  return typeof value === 'number' ? `${value.toLocaleString()} ${unit ?? ''}`.trim() : value;
}
