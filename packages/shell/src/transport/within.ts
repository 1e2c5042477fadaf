/**
 * Waits for something, but not for ever.
 *
 * @param late makes the error when it takes longer than `timeout` milliseconds.
 * @throws what the promise is rejected with, what `late` makes, or the signal's reason.
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
      // The caller's own reason, whatever it is.
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
