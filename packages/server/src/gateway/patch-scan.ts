import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';

type ScanPart = Extract<AgentMessage, { type: 'patches' }>;

/** A complete scan: what is applicable, or the problem that prevented knowing (E-03). */
export type CompletedScan = { readonly patches: readonly ApplicablePatch[] } | { readonly problem: string };

/** More than any package manager offers, in characters of JSON; beyond it the agent is not believed. */
const maxCharacters = 32 * 1024 * 1024;

/** Collects the parts of one agent's scans. */
export interface ScanCollector {
  /** The complete scan when this part is its last; null otherwise. */
  add(part: ScanPart): CompletedScan | null;
}

/**
 * Puts the parts of a patch scan together. A scan that begins anew replaces an unfinished one,
 * and parts out of order are dropped, so that a half scan never replaces what was known.
 */
export function createScanCollector(): ScanCollector {
  let scan = '';
  let next = 0;
  let patches: ApplicablePatch[] = [];
  let characters = 0;
  return {
    add(part) {
      if (part.part === 0) {
        scan = part.scan;
        next = 0;
        patches = [];
        characters = 0;
      }
      if (part.scan !== scan || part.part !== next) return null;
      next += 1;
      characters += JSON.stringify(part.patches).length;
      const tooLong = characters > maxCharacters;
      if (!tooLong) patches.push(...part.patches);
      if (!tooLong && !part.last) return null;
      const complete = patches;
      scan = '';
      patches = [];
      if (tooLong) return { problem: 'the scan listed more patches than the server takes' };
      return part.problem === null ? { patches: complete } : { problem: part.problem };
    },
  };
}
