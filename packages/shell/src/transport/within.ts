/**
 * Waits for a promise, with a timeout.
 *
 * @param late makes the error when it takes longer than `timeout` milliseconds.
 * @throws the promise's error, the error of `late`, or the signal's reason.
 */
export async function within<T>(
  promise: Promise<T>,
  timeout: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  let stop = (): void => undefined;
  const end = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      reject(late());
    }, timeout);
    const abort = (): void => {
      // The caller's own reason, of any type.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    stop();
  }
}
