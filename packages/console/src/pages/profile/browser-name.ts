const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;
const systems = [
  ['Windows', /\bWindows\b/],
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** What people call the browser that a User-Agent names, such as `Firefox on Linux`. */
export function browserName(userAgent: string): string {
  const first = (known: readonly (readonly [string, RegExp])[]): string | undefined =>
    known.find(([, sign]) => sign.test(userAgent))?.[0];
  const [browser, system] = [first(browsers), first(systems)];
  if (browser === undefined) return userAgent.slice(0, 40) || 'Not named';
  return system === undefined ? browser : `${browser} on ${system}`;
}
