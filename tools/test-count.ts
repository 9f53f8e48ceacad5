import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** What a stage of the tests came to: how many passed and were skipped, what failed, and what was skipped why. */
export type Count = {
  passed: number;
  skipped: number;
  readonly whatFailed: string[];
  readonly whatWasSkipped: string[];
};

/** Adds up the tests of a vitest run. An error outside of a test (a file, a hook) counts as a failed test. */
export class CountingReporter implements Reporter {
  readonly count: Count = { passed: 0, skipped: 0, whatFailed: [], whatWasSkipped: [] };

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    for (const error of unhandled) this.addFailure('outside of any test', error);
    for (const module of modules) this.add(module);
  }

  private addFailure(what: string, error: SerializedError | undefined): void {
    this.count.whatFailed.push(`${what}: ${error?.message.split('\n')[0] ?? 'no reason given'}`);
  }

  private add(module: TestModule): void {
    const file = module.relativeModuleId;
    for (const error of module.errors()) this.addFailure(file, error);
    for (const suite of module.children.allSuites()) {
      for (const error of suite.errors()) this.addFailure(`${file} > ${suite.fullName}`, error);
    }
    const skippedBecause = new Map<string, string[]>();
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') {
        this.count.passed += 1;
      } else if (result.state === 'failed') {
        this.addFailure(`${file} > ${test.fullName}`, result.errors[0]);
      } else {
        this.count.skipped += 1;
        const why = result.state === 'pending' ? 'interrupted' : (result.note ?? 'no reason given');
        skippedBecause.set(why, [...(skippedBecause.get(why) ?? []), test.fullName]);
      }
    }
    for (const [why, names] of skippedBecause) {
      const what = names.length <= 3 ? names.join(', ') : `${names.length} tests of ${file}`;
      this.count.whatWasSkipped.push(`${what} (${why})`);
    }
  }
}
