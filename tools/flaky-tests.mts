/** A reporter of vitest: shows why a test has failed that passed when it was tried again. */
import type { Reporter, TestCase } from 'vitest/node';

export default class FlakyTests implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    for (const { message, stack = message, diff = '' } of test.result().errors ?? []) {
      process.stderr.write(`\n${test.fullName}: failed before it passed\n${stack}\n${diff}\n`);
    }
  }
}
