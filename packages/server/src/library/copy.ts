import { PatchbayError } from '@patchbay/contracts/errors';
import { copyName } from '@patchbay/domain/library/refusal';

const longestName = 120;
const mostCopies = 1000;

/** The name of a copy: the wanted one, else the first free of `… (copy)`, `… (copy 2)` and so on (L-09, L-47). */
export async function nameOfCopy(
  original: string,
  wanted: string | undefined,
  taken: (name: string) => Promise<boolean>,
): Promise<string> {
  if (wanted !== undefined) return wanted;
  for (let attempt = 1; attempt <= mostCopies; attempt += 1) {
    const name = copyName(original, attempt, longestName);
    if (!(await taken(name))) return name;
  }
  throw new PatchbayError(
    'NAME_TAKEN',
    `There are ${mostCopies} copies of "${original}" already; name this one.`,
  );
}
