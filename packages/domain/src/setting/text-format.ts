interface TextFormat {
  readonly pattern: RegExp;
  readonly rule: string;
}

const longest = 200;

/** What a text may look like. All of them are visible ASCII without quotation marks, as an ETag needs it. */
const textFormats = {
  webAddress: {
    pattern: /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/,
    rule: 'an address such as https://patchbay.example.com, without a path',
  },
  host: {
    pattern: /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/,
    rule: 'a host name or an IP address',
  },
  login: { pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/, rule: 'visible ASCII characters without quotation marks' },
  mailAddress: {
    pattern:
      /^[A-Za-z0-9_+'-]+(?:\.[A-Za-z0-9_+'-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/,
    rule: 'a mail address such as patchbay@example.com',
  },
} as const satisfies Record<string, TextFormat>;

/** What a text setting may look like. */
export type TextFormatName = keyof typeof textFormats;

/** What is wrong with a text; null when it fits. An empty one stands for none. */
export function textProblem(format: TextFormatName, value: unknown): string | null {
  const { pattern, rule } = textFormats[format];
  const fits = typeof value === 'string' && value.length <= longest && (value === '' || pattern.test(value));
  return fits ? null : `must be ${rule}, of at most ${longest} characters, or empty`;
}
