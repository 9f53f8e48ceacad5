import { z } from 'zod';
import { applicablePatch } from './inventory.ts';
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
export type PatchFilterInput = z.infer<typeof patchFilterInput>;

/** What a filter matches now, of the patches that are applicable to endpoints. */
const matches = z.strictObject({
  patches: z.int(),
  /** To which at least one of these patches is applicable. */
  endpoints: z.int(),
});

/** A filter over patches as lists show it. */
export const savedPatchFilterSummary = patchFilterInput.extend({
  id: z.uuid(),
  description,
  filter: patchFilter,
  matches,
  /** The plans that use it. */
  usedBy: z.array(link),
  updatedAt: instant,
  updatedBy: z.string(),
});
export type SavedPatchFilterSummary = z.infer<typeof savedPatchFilterSummary>;

/** A filter over patches, whole. */
export const savedPatchFilter = savedPatchFilterSummary.extend({
  createdAt: instant,
  createdBy: z.string(),
});
export type SavedPatchFilter = z.infer<typeof savedPatchFilter>;

/** Filters of the list of patch filters. */
export const patchFilterQuery = pageQuery.extend({ search: text(120).optional() });

/** A filter that need not be saved. */
export const patchFilterPreviewInput = patchFilterInput.pick({ filter: true });

/** What a filter matches now (P-02). */
export const patchFilterPreview = z.strictObject({
  matches,
  /** The patches that are applicable to the most endpoints. */
  patches: z.array(
    applicablePatch
      .pick({ id: true, title: true, package: true, classification: true, severity: true, cves: true })
      .extend({ endpoints: z.int() }),
  ),
});
export type PatchFilterPreview = z.infer<typeof patchFilterPreview>;
