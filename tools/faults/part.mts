import { type Report } from '@fairness-deploy/sandbox';

/** The options of a part. */
export interface PartOptions {
  readonly say: Report;
  /** Whether it is the short form of `npm test`. */
  readonly short: boolean;
}

/** The findings of a part: all are kept, and the errors are shown. */
export interface Found {
  readonly problems: readonly string[];
}

/** The errors of each case of a part. */
export function problemsOf(
  results: readonly { readonly name: string; readonly problems: readonly string[] }[],
): readonly string[] {
  return results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
}
