import { Button, FileButton, Select, Textarea, TextInput } from '@mantine/core';
import { limits } from '@patchbay/contracts/limits';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { wordingFor } from '@patchbay/domain/reboot/texts';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { languageName, languagesOf } from './languages.ts';

const offered = ['en', 'de', 'fr', 'it', 'es', 'nl', 'pl', 'pt', 'cs', 'sv'];

/** Whose wish it is, and in which words. */
export function BrandFields({
  settings,
  errorOf,
  readOnly,
  onChange,
}: {
  readonly settings: RebootSettings;
  readonly errorOf: (path: string) => string | null;
  readonly readOnly: boolean;
  readonly onChange: (changes: Partial<RebootSettings>) => void;
}) {
  const [language, setLanguage] = useState('en');
  const [tooLarge, setTooLarge] = useState(false);
  const { company, logo, texts } = settings;
  const own = texts[language] ?? { title: '', body: '' };
  const wording = wordingFor(language);
  const setText = (changes: Partial<typeof own>): void => {
    const changed = { ...own, ...changes };
    const { [language]: _, ...others } = texts;
    const isEmpty = changed.title === '' && changed.body === '';
    onChange({ texts: isEmpty ? others : { ...others, [language]: changed } });
  };
  const takeLogo = async (file: File | null): Promise<void> => {
    if (file === null) return;
    setTooLarge(file.size > limits.logoBytes);
    if (file.size <= limits.logoBytes) onChange({ logo: base64(new Uint8Array(await file.arrayBuffer())) });
  };
  const logoProblem = tooLarge ? `The file is larger than ${limits.logoBytes / 1024} KiB.` : errorOf('logo');
  const languages = [...new Set([...languagesOf(settings), ...offered])];
  return (
    <div className="reboot-fields">
      <TextInput
        label="Company"
        description="Tells users who asks"
        data-path="interactiveReboot.company"
        maxLength={120}
        readOnly={readOnly}
        error={errorOf('company')}
        value={company}
        onChange={({ currentTarget }) => onChange({ company: currentTarget.value })}
      />
      <div>
        <span className="field-label">Logo</span>
        <span className="field-description quiet">A PNG of at most {limits.logoBytes / 1024} KiB</span>
        <div className="logo-row">
          {logo !== null && <img src={`data:image/png;base64,${logo}`} alt="The logo" height={32} />}
          {!readOnly && (
            <FileButton onChange={(file) => void takeLogo(file)} accept="image/png">
              {(props) => (
                <Button {...props} variant="default" size="xs" leftSection={<IconPhoto size={15} />}>
                  {logo === null ? 'Choose a PNG' : 'Choose another'}
                </Button>
              )}
            </FileButton>
          )}
          {logo !== null && !readOnly && (
            <Button variant="subtle" size="xs" onClick={() => onChange({ logo: null })}>
              Take it away
            </Button>
          )}
          {logo === null && <span className="quiet">none</span>}
        </div>
        {logoProblem !== null && <p className="field-problem">{logoProblem}</p>}
      </div>
      <Select
        label="Texts in"
        description="Other users see English"
        allowDeselect={false}
        searchable
        data={languages.map((tag) => ({
          value: tag,
          label: tag in texts ? `${languageName(tag)} (own words)` : languageName(tag),
        }))}
        value={language}
        onChange={(value) => setLanguage(value ?? 'en')}
      />
      <TextInput
        label={`Title in ${languageName(language)}`}
        description="Empty: the built-in words"
        data-path={`interactiveReboot.texts.${language}.title`}
        placeholder={wording.title}
        maxLength={120}
        readOnly={readOnly}
        error={errorOf(`texts.${language}.title`)}
        value={own.title}
        onChange={({ currentTarget }) => setText({ title: currentTarget.value })}
      />
      <Textarea
        className="form-wide"
        label={`Why and what to do, in ${languageName(language)}`}
        description="Times, and how often it can still be put off, are added to it"
        placeholder={wording.body}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        readOnly={readOnly}
        value={own.body}
        onChange={({ currentTarget }) => setText({ body: currentTarget.value })}
      />
    </div>
  );
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
