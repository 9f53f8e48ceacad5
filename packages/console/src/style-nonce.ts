/** What style elements must carry so that the content security policy lets them be (S-08); empty while developing. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}
