/** Which packages can be installed together, and why the others cannot. */
export interface InstallPlan<Patch> {
  readonly installable: readonly Patch[];
  readonly refused: readonly { readonly patch: Patch; readonly reason: string }[];
}

/**
 * Finds out which of the patches apt would install together: apt refuses a request whole, however many packages of
 * it are fine. `refusal` asks apt about some of them and answers null or apt's reason. Asks once when all is well,
 * and about 2·log2(n) times for each patch that is refused.
 */
export async function planInstallation<Patch>(
  patches: readonly Patch[],
  refusal: (patches: readonly Patch[]) => Promise<string | null>,
): Promise<InstallPlan<Patch>> {
  if (patches.length === 0) return { installable: [], refused: [] };
  const reason = await refusal(patches);
  if (reason === null) return { installable: patches, refused: [] };
  const [first] = patches;
  if (first !== undefined && patches.length === 1) {
    return { installable: [], refused: [{ patch: first, reason }] };
  }

  const middle = Math.ceil(patches.length / 2);
  const left = await planInstallation(patches.slice(0, middle), refusal);
  const right = await planInstallation(patches.slice(middle), refusal);
  const refused = [...left.refused, ...right.refused];
  const both = [...left.installable, ...right.installable];
  if (refused.length > 0 && (left.installable.length === 0 || right.installable.length === 0)) {
    return { installable: both, refused };
  }
  const conflict = refused.length === 0 ? reason : await refusal(both);
  if (conflict === null) return { installable: both, refused };
  // Each half is fine by itself and they contradict each other: the first half is installed.
  return {
    installable: left.installable,
    refused: [...refused, ...right.installable.map((patch) => ({ patch, reason: conflict }))],
  };
}
