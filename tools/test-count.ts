import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** What a stage of the tests came to. */
export type Count = { passed: number; failed: number; skipped: number; readonly whatWasSkipped: string[] };

/** Adds up the tests of a vitest run. An error outside of a test (a file, a hook) counts as a failed test. */
export class CountingReporter implements Reporter {
  readonly count: Count = { passed: 0, failed: 0, skipped: 0, whatWasSkipped: [] };

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.count.failed += unhandled.length;
    for (const module of modules) this.add(module);
  }

  private add(module: TestModule): void {
    this.count.failed += module.errors().length;
    for (const suite of module.children.allSuites()) this.count.failed += suite.errors().length;
    const skippedBecause = new Map<string, string[]>();
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed' || result.state === 'failed') {
        this.count[result.state] += 1;
      } else {
        this.count.skipped += 1;
        const why = result.state === 'pending' ? 'interrupted' : (result.note ?? 'no reason given');
        skippedBecause.set(why, [...(skippedBecause.get(why) ?? []), test.fullName]);
      }
    }
    for (const [why, names] of skippedBecause) {
      const what =
        names.length <= 3 ? names.join(', ') : `${names.length} tests of ${module.relativeModuleId}`;
      this.count.whatWasSkipped.push(`${what} (${why})`);
    }
  }
}
