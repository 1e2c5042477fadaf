import { type Report } from '@fairness-deploy/sandbox';

/** What a part is told. */
export interface PartOptions {
  readonly say: Report;
  /** Whether it is what `npm test` runs. */
  readonly short: boolean;
}

/** What a part has found: all of it is kept, and what is wrong is told. */
export interface Found {
  readonly problems: readonly string[];
}

/** What is wrong in each of the cases of a part. */
export function problemsOf(
  results: readonly { readonly name: string; readonly problems: readonly string[] }[],
): readonly string[] {
  return results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
}
