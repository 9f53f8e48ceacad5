import { patchClassifications, patchSeverities } from '@patchbay/domain/patch/selection';
import { z } from 'zod';
import { reference } from './reference.ts';
import { text } from './text.ts';

const patchName = text(300).min(1);
const classifications = z.array(z.enum(patchClassifications)).max(patchClassifications.length).default([]);
const severities = z.array(z.enum(patchSeverities)).max(patchSeverities.length).default([]);

/** A filter over patches that is saved under a name (P-02). Each field narrows; an empty one does not. */
export const patchFilter = z.strictObject({
  classifications,
  severities,
  /** Looked for in id, title, package and CVEs, whatever its case. */
  text: text(200).default(''),
});

/** Which of an endpoint's applicable patches a plan means (P-02). */
export const patchesOfPlan = z.strictObject({
  choice: z
    .discriminatedUnion('which', [
      z.strictObject({ which: z.literal('all') }),
      z.strictObject({ which: z.literal('matching'), classifications, severities }),
      z.strictObject({ which: z.literal('filter'), filter: reference }),
      z.strictObject({ which: z.literal('listed'), ids: z.array(patchName).max(5000) }),
    ])
    .default({ which: 'all' }),
  /** Patch ids or package names that are never installed. */
  exclude: z.array(patchName).max(5000).default([]),
  /** Leaves out patches that have been known to the installation for fewer days. */
  minimumAgeDays: z.int().min(0).max(365).default(0),
});
