import type { PatchFilter } from './selection.ts';

/** A filter as words within a sentence: `security or bugfix patches, critical, that mention "openssl"` (P-02). */
export function filterInWords({ classifications, severities, text }: PatchFilter): string {
  const kinds =
    classifications.length === 0 ? 'all applicable patches' : `${classifications.join(' or ')} patches`;
  const severe = severities.length === 0 ? '' : `, ${severities.join(' or ')}`;
  const wanted = text.trim();
  const mentioning = wanted === '' ? '' : `${severe === '' ? '' : ','} that mention "${wanted}"`;
  return `${kinds}${severe}${mentioning}`;
}
