/** The number of running tasks of a kind, and the waiting ones. */
interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/**
 * Runs so many tasks of each key at once; the others wait in order.
 *
 * @returns a function that throws its signal's reason when that is aborted before the task's turn.
 */
export function throttle(
  limit: number,
): <T>(key: string, task: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const lanes = new Map<string, Lane>();
  return async (key, task, signal) => {
    signal?.throwIfAborted();
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.running >= limit) await turnOf(lane, signal);
    else lane.running += 1;
    try {
      return await task();
    } finally {
      const next = lane.waiting.shift();
      // The place is handed over rather than freed: so no other task can take it.
      if (next) next();
      else if ((lane.running -= 1) === 0) lanes.delete(key);
    }
  };
}

function turnOf({ waiting }: Lane, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      signal?.removeEventListener('abort', leave);
      resolve();
    };
    const leave = (): void => {
      waiting.splice(waiting.indexOf(go), 1);
      // The caller's own reason, whatever it is.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave, { once: true });
    waiting.push(go);
  });
}
