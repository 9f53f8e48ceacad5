/** The tag that exempts an endpoint from patching (P-13); its value is the reason. */
export const exemptTag = 'exempt';

/** That an endpoint with these tags is exempt from patching, and why, as its run tells it (P-13); null: it is not. */
export function exemption(tags: Readonly<Record<string, string>>): string | null {
  const reason = tags[exemptTag];
  return reason === undefined ? null : `exempt: ${reason || 'no reason is given'}`;
}
