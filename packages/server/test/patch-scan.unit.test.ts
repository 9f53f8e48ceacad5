import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { describe, expect, it } from 'vitest';
import { createScanCollector } from '../src/gateway/patch-scan.ts';

type Part = Extract<AgentMessage, { type: 'patches' }>;

const patch: ApplicablePatch = {
  id: 'curl=2',
  title: 'x'.repeat(500),
  package: 'curl',
  currentVersion: '1',
  version: '2',
  classification: 'other',
  severity: 'unknown',
  cves: [],
  sizeBytes: null,
  rebootHint: false,
};

function part(scan: string, number: number, last: boolean, patches = [patch]): Part {
  return { type: 'patches', scan, part: number, last, problem: null, patches };
}

describe('E-03 given the parts of a scan', () => {
  it('E-03 when a part is missing then the scan never completes', () => {
    const scans = createScanCollector();
    expect(scans.add(part('a', 0, false))).toBeNull();
    expect(scans.add(part('a', 2, true))).toBeNull();
  });

  it('E-03 when another scan begins then the unfinished one is forgotten', () => {
    const scans = createScanCollector();
    expect(scans.add(part('a', 0, false))).toBeNull();
    expect(scans.add(part('b', 0, false))).toBeNull();
    expect(scans.add(part('a', 1, true))).toBeNull();
    expect(scans.add(part('b', 1, true))).toEqual({ patches: [patch, patch] });
  });

  it('E-03 when the last part comes twice then it completes once', () => {
    const scans = createScanCollector();
    expect(scans.add(part('a', 0, true))).not.toBeNull();
    scans.add(part('b', 0, false));
    expect(scans.add(part('b', 1, true))).not.toBeNull();
    expect(scans.add(part('b', 1, true))).toBeNull();
  });

  it('S-07 when it lists more than any package manager then it is given up with a problem', () => {
    const scans = createScanCollector();
    const many = Array.from({ length: 500 }, () => patch);
    let answer = scans.add(part('a', 0, false, many));
    for (let number = 1; answer === null && number < 10_000; number += 1) {
      answer = scans.add(part('a', number, false, many));
    }
    expect(answer).toEqual({ problem: expect.stringContaining('more patches than the server takes') });
  });
});
