import { SegmentedControl, Select } from '@mantine/core';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { useMemo, useState } from 'react';
import { languageName, languagesOf } from './languages.ts';
import { type PromptKind, promptViews } from './prompt-views.ts';
import { LinuxDesktop, LinuxTerminal, mostToastButtons, WindowsPopUp, WindowsToast } from './prompts.tsx';

const kinds: readonly { readonly value: PromptKind; readonly label: string }[] = [
  { value: 'reminder', label: 'First notification' },
  { value: 'finalWarning', label: 'Final warning' },
  { value: 'restarting', label: 'After “Reboot now”' },
];

/** How the prompts look where the task runs, with the words and buttons that users get. */
export function PromptPreviews({
  settings,
  start,
  os,
}: {
  readonly settings: RebootSettings;
  readonly start: number;
  readonly os: OperatingSystem;
}) {
  const [kind, setKind] = useState<PromptKind>('reminder');
  const [language, setLanguage] = useState('en');
  const views = useMemo(() => promptViews(settings, start, language), [settings, start, language]);
  const there = kinds.filter(({ value }) => views[value] !== undefined);
  const view = views[kind] ?? views.finalWarning;
  if (view === undefined) return null;
  return (
    <div>
      <div className="prompt-choice">
        <SegmentedControl
          aria-label="Which prompt"
          size="xs"
          value={view.kind}
          onChange={setKind}
          data={[...there]}
        />
        <Select
          aria-label="Language of the prompts"
          size="xs"
          w={150}
          allowDeselect={false}
          data={languagesOf(settings).map((value) => ({ value, label: languageName(value) }))}
          value={language}
          onChange={(value) => setLanguage(value ?? 'en')}
        />
      </div>
      <div className="prompts">
        {os === 'windows' ? (
          <>
            {view.buttons.length <= mostToastButtons && <WindowsToast view={view} />}
            <WindowsPopUp view={view} />
          </>
        ) : (
          <>
            <LinuxDesktop view={view} />
            <LinuxTerminal view={view} />
          </>
        )}
      </div>
    </div>
  );
}
