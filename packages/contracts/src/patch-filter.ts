import { z } from 'zod';
import { pageQuery } from './page.ts';
import { patchFilter } from './patch-choice.ts';
import { link } from './reference.ts';
import { description, instant, name, text } from './text.ts';

/** What makes or replaces a filter over patches that is kept under a name (P-02). */
export const patchFilterInput = z.strictObject({
  name,
  description: description.default(''),
  filter: patchFilter.prefault({}),
});

/** A filter over patches as lists show it. */
export const savedPatchFilterSummary = patchFilterInput.extend({
  id: z.uuid(),
  description,
  filter: patchFilter,
  updatedAt: instant,
  updatedBy: z.string(),
});
export type SavedPatchFilterSummary = z.infer<typeof savedPatchFilterSummary>;

/** A filter over patches, whole. */
export const savedPatchFilter = savedPatchFilterSummary.extend({
  createdAt: instant,
  createdBy: z.string(),
  /** The plans that use it. */
  usedBy: z.array(link),
});
export type SavedPatchFilter = z.infer<typeof savedPatchFilter>;

/** Filters of the list of patch filters. */
export const patchFilterQuery = pageQuery.extend({ search: text(120).optional() });
