import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Notification,
} from '@mantine/core';

/** The console's own colour; shade 8 carries white text, shade 3 is read on dark ground (both above 4.5:1). */
const harbour: MantineColorsTuple = [
  '#e9f6f8',
  '#d6ebef',
  '#abd6de',
  '#7cc1cd',
  '#55adbc',
  '#369aab',
  '#1c8496',
  '#126f80',
  '#0f5f6e',
  '#094a57',
];

/** Night grounds with a little blue in them. */
const dark: MantineColorsTuple = [
  '#d3dae1',
  '#bac4ce',
  '#9aa6b2',
  '#6b7885',
  '#38434e',
  '#2a333c',
  '#1d242b',
  '#151b21',
  '#10151a',
  '#0b0f13',
];

/** How everything looks that Mantine draws. */
export const theme = createTheme({
  colors: { harbour, dark },
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.35rem' }, h2: { fontSize: '1.05rem' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        radius: 'md',
        // The window itself never scrolls, and the lock would need a style element without a nonce (S-08).
        lockScroll: false,
      },
    }),
  },
});

/** Colours of text that are legible on their ground, and the grounds of our own parts. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': '#1b242c',
    '--mantine-color-dimmed': '#566270',
    '--mantine-color-placeholder': '#66717d',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': '#0f5f6e',
    '--ground': '#f5f7f8',
    '--surface': '#ffffff',
    '--line': '#dde3e7',
    '--hover': '#eef3f5',
    '--chosen': '#e1f0f3',
    '--good': '#1d7a46',
    '--warn': '#8f5b00',
    '--bad': '#b42318',
    '--busy': '#1660a8',
    '--idle': '#5d6874',
  },
  dark: {
    '--mantine-color-dimmed': '#9aa6b2',
    '--mantine-color-placeholder': '#8b97a3',
    '--mantine-color-error': '#ff9b90',
    '--mantine-color-anchor': '#7cc1cd',
    '--ground': '#10151a',
    '--surface': '#171d23',
    '--line': '#2a333c',
    '--hover': '#1f272e',
    '--chosen': '#173239',
    '--good': '#5fcb8d',
    '--warn': '#e9b35a',
    '--bad': '#ff9b90',
    '--busy': '#7fb8f0',
    '--idle': '#94a0ac',
  },
});
