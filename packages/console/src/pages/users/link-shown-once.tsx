import { ShownOnce } from '../../ui/shown-once.tsx';
import { When } from '../../ui/time.tsx';

/** A one-time link with the address of this server in front. */
export function LinkShownOnce({
  link,
  expiresAt,
  words,
}: {
  /** Relative to the address of the server. */
  readonly link: string;
  readonly expiresAt: string;
  readonly words: string;
}) {
  return (
    <ShownOnce
      words={
        <>
          {words} It is valid until <When at={expiresAt} /> and is shown this once only.
        </>
      }
      secret={new URL(link, window.location.origin).href}
    />
  );
}
