import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { builtInLanguages } from '@patchbay/domain/reboot/texts';

/** The languages that prompts of these settings have words in. */
export function languagesOf({ texts }: Pick<RebootSettings, 'texts'>): string[] {
  return [...new Set([...builtInLanguages, ...Object.keys(texts)])];
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });

/** A language tag in words: `German`. */
export function languageName(tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
