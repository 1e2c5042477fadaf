import { failureOf, HintedError, withHint } from '@fairness-deploy/shell/text';

/**
 * Does the work for all, side by side, and waits until all of it has ended: nobody removes a host while
 * another one still starts.
 *
 * @throws the error when one failed; when several did, a HintedError that has what each says.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const ends = await Promise.allSettled(items.map(work));
  const errors = ends
    .filter((end) => end.status === 'rejected')
    .map(({ reason }): unknown => reason);
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw all(errors);
  return ends.filter((end) => end.status === 'fulfilled').map(({ value }) => value);
}

function all(errors: readonly unknown[]): HintedError {
  const [first, ...others] = errors.map(failureOf);
  const later = others.map(({ message, hint }) => withHint(message, hint));
  return new HintedError([...later, first?.message].join('\n'), {
    hint: first?.hint,
    cause: new AggregateError(errors),
  });
}
