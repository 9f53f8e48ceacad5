/** How the console looks: always light, always dark, or as the user's system. */
export const themes = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof themes)[number];
