/** How many tasks of a kind are on, and those that wait. */
interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets so many tasks of each key run at once, and the others wait in order. */
export function throttle(limit: number): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const lanes = new Map<string, Lane>();
  return async (key, task) => {
    const lane = lanes.get(key) ?? { running: 0, waiting: [] };
    lanes.set(key, lane);
    if (lane.running >= limit) await new Promise<void>((go) => lane.waiting.push(go));
    else lane.running += 1;
    try {
      return await task();
    } finally {
      const next = lane.waiting.shift();
      // The place is handed over rather than freed: nobody can slip in between.
      if (next) next();
      else if ((lane.running -= 1) === 0) lanes.delete(key);
    }
  };
}
