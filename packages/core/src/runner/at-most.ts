/**
 * Does work on each of some values, on so many at once, in their order.
 *
 * @param signal when it is aborted, no further work begins
 * @returns the results, in the values' order
 * @throws the signal's reason when it is aborted before all work has begun; what the work throws.
 */
export async function atMost<T, R>(
  limit: number,
  values: readonly T[],
  signal: AbortSignal,
  work: (value: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const left = [...values.entries()];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      signal.throwIfAborted();
      const [at, value] = next;
      results[at] = await work(value);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, values.length) }, lane));
  return results;
}
