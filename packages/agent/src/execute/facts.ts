import { limits } from '@patchbay/contracts/limits';
import { factName, factValue } from '@patchbay/contracts/text';

export interface ParsedFacts {
  readonly facts: Record<string, string>;
  /** One sentence for each line that was left out; none repeats a value, which might be a secret. */
  readonly problems: string[];
}

/** No more of a facts file is read. */
export const maxFactsBytes = 1024 * 1024;
const maxProblems = 20;

/** Reads the `name=value` lines that a script has published (L-04). The last value of a name counts. */
export function parseFacts(content: Buffer): ParsedFacts {
  const facts = new Map<string, string>();
  const problems: string[] = [];
  const lines = content.subarray(0, maxFactsBytes).toString('utf8').split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const problem = takeLine(facts, line);
    if (problem !== null) problems.push(`line ${index + 1} ${problem}`);
  }
  if (content.length > maxFactsBytes) problems.push(`what lies beyond ${maxFactsBytes} bytes was not read`);
  return { facts: Object.fromEntries(facts), problems: shorten(problems) };
}

function takeLine(facts: Map<string, string>, line: string): string | null {
  const equals = line.indexOf('=');
  if (equals < 0) return 'is not of the form name=value';
  const name = line.slice(0, equals).trim();
  const value = line.slice(equals + 1);
  if (!factName.safeParse(name).success) {
    return 'has a name that is not a letter followed by letters, digits, "_", "." or "-"';
  }
  if (!factValue.safeParse(value).success) return `has a value that is too long or not valid text (${name})`;
  if (!facts.has(name) && facts.size >= limits.activityFacts) {
    return `is beyond the ${limits.activityFacts} facts that one activity may publish`;
  }
  facts.set(name, value);
  return null;
}

function shorten(problems: string[]): string[] {
  if (problems.length <= maxProblems) return problems;
  return [...problems.slice(0, maxProblems), `and ${problems.length - maxProblems} more`];
}
