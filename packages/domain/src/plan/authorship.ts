/** Who has written what a plan says now, as far as its approval asks (P-09). */
export interface Authorship {
  /** Everybody who has edited it since it was last approved; if nobody has, those who had before. */
  readonly authors: readonly string[];
  /** It was approved since it was last edited. */
  readonly approvedAsIs: boolean;
}

/** What an edit makes of it: what was approved before, somebody else has seen. */
export function editedBy({ authors, approvedAsIs }: Authorship, by: string): Authorship {
  const since = approvedAsIs ? [] : authors;
  return { authors: since.includes(by) ? since : [...since, by], approvedAsIs: false };
}
