import { randomUUID } from 'node:crypto';
import { type ActivityReport, activityReport, agentMessage } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch, PatchResult } from '@patchbay/contracts/inventory';
import { limits } from '@patchbay/contracts/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../src/clean-text.ts';
import { fitReport } from '../src/report-fit.ts';
import { scanParts } from '../src/scans.ts';

function reportOf(outcome: ActivityReport['outcome']): ActivityReport {
  const none = { stdout: 0, stderr: 0 };
  return {
    activity: '1.patch.1',
    startedAt: 1,
    finishedAt: 2,
    bootId: 'boot',
    outcome,
    outputBytes: none,
    cutBytes: none,
  };
}

function failed(count: number, message: string): PatchResult[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `package-${index}=1.0`,
    package: `package-${index}`,
    fromVersion: '0.9',
    toVersion: '1.0',
    outcome: 'failed',
    security: false,
    message,
  }));
}

const reboot = { needed: false, reasons: [] };
const size = (report: unknown): number => Buffer.byteLength(JSON.stringify(report));

describe('fitting a report into the protocol', () => {
  it('E-05 leaves what fits as it is', () => {
    const report = reportOf({ kind: 'patched', patches: failed(3, 'the tool’s words'), reboot });
    expect(fitReport(report)).toBe(report);
  });

  it('E-05 shortens the tool’s words before it loses a patch', () => {
    const fitted = fitReport(reportOf({ kind: 'patched', patches: failed(5000, 'ä'.repeat(4000)), reboot }));
    expect(size(fitted)).toBeLessThan(limits.messageBytes);
    expect(activityReport.safeParse(fitted).success).toBe(true);
    expect(fitted.outcome).toMatchObject({ kind: 'patched' });
    expect(fitted.outcome.kind === 'patched' && fitted.outcome.patches[4999]?.message).toBe(
      `${'ä'.repeat(199)}…`,
    );
  });

  it('E-05 mends words that are not valid text', () => {
    const fitted = fitReport(reportOf({ kind: 'patched', patches: failed(1, 'a\0b\ud800'), reboot }));
    expect(fitted.outcome.kind === 'patched' && fitted.outcome.patches[0]?.message).toBe('a\ufffdb\ufffd');
  });

  it('E-08 says so when an outcome cannot be reported at all, rather than never being acknowledged', () => {
    const fitted = fitReport(reportOf({ kind: 'patched', patches: failed(6000, ''), reboot }));
    expect(fitted.outcome).toEqual({
      kind: 'patchToolFailed',
      reason: 'the outcome "patched" cannot be reported: it breaks the limits of the agent protocol',
    });
  });

  it('makes any text storable and short enough', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const cleaned = cleanText(`${text}\0\ud800`, max);
        expect(cleaned.length).toBeLessThanOrEqual(max);
        expect(cleaned.isWellFormed() && !cleaned.includes('\0')).toBe(true);
      }),
    );
  });
});

function patch(id: string, cves: number): ApplicablePatch {
  return {
    id,
    title: 'title',
    package: id,
    currentVersion: null,
    version: '1',
    classification: 'security',
    severity: 'unknown',
    cves: Array.from({ length: cves }, (_, index) => `CVE-2026-${10_000 + index}`),
    sizeBytes: null,
    rebootHint: false,
  };
}

describe('a patch scan in messages', () => {
  it.each([
    [0, 0, 1],
    [1, 0, 1],
    [500, 0, 1],
    [501, 0, 2],
    [1200, 500, 5],
  ])('E-03 %i patches with %i CVEs each go in %i parts that the server accepts', (count, cves, parts) => {
    const patches = Array.from({ length: count }, (_, index) => patch(`p${index}=1`, cves));
    const messages = scanParts(randomUUID(), patches);
    expect(messages).toHaveLength(parts);
    expect(messages.flatMap((message) => message.patches)).toEqual(patches);
    expect(messages.map(({ part }) => part)).toEqual(messages.map((_, index) => index));
    expect(messages.map(({ last }) => last)).toEqual(messages.map((_, index) => index === parts - 1));
    for (const message of messages) {
      expect(agentMessage.safeParse(message).success).toBe(true);
      expect(size(message)).toBeLessThan(limits.messageBytes);
    }
  });

  it('E-03 that failed says why and lists nothing', () => {
    expect(scanParts(randomUUID(), { problem: 'locked' })).toMatchObject([
      { part: 0, last: true, problem: 'locked', patches: [] },
    ]);
  });
});
