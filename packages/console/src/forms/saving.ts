/** How an editor saves its draft: as a new thing, or over one that others may change meanwhile. */
export interface Saving<Draft> {
  /** Whether the thing is yet to be made. */
  readonly isNew: boolean;
  readonly save: (draft: Draft) => void;
  readonly isSaving: boolean;
  /** Why it was not saved; null: nothing was refused. An edit conflict has a dialog of its own. */
  readonly error: unknown;
  /** What somebody else has saved meanwhile, while both are brought together by hand. */
  readonly theirs: Theirs<Draft> | null;
}

/** What somebody else has saved, and how a draft is compared with it. */
export interface Theirs<Draft> {
  readonly savedBy: string;
  readonly savedAt: string;
  readonly text: string;
  readonly textOf: (draft: Draft) => string;
}
