import type { Facet } from './list-definition.ts';

/** Shipped with Patchbay, or made by users. */
export const originFacet: Facet = {
  id: 'origin',
  label: 'Origin',
  options: [
    { value: 'builtIn', label: 'Built in' },
    { value: 'personal', label: 'Personal' },
  ],
};
