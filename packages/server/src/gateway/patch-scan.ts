import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';

type ScanPart = Extract<AgentMessage, { type: 'patches' }>;

/** A complete scan: what is applicable, or the problem that prevented knowing (E-03). */
export type CompletedScan = { readonly patches: readonly ApplicablePatch[] } | { readonly problem: string };

/** More patches than any package manager offers; beyond it the agent is not believed. */
const maxPatches = 50_000;

/**
 * Puts the parts of a patch scan together. A scan that begins anew replaces an unfinished one,
 * and parts out of order are dropped, so that a half scan never replaces what was known.
 */
export function createScanCollector(): { add(part: ScanPart): CompletedScan | null } {
  let scan = '';
  let next = 0;
  let patches: ApplicablePatch[] = [];
  return {
    add(part) {
      if (part.part === 0) {
        scan = part.scan;
        next = 0;
        patches = [];
      }
      if (part.scan !== scan || part.part !== next) return null;
      next += 1;
      patches.push(...part.patches);
      if (patches.length > maxPatches) {
        scan = '';
        return { problem: `the scan listed more than ${maxPatches} patches` };
      }
      if (!part.last) return null;
      scan = '';
      return part.problem === null ? { patches } : { problem: part.problem };
    },
  };
}
