import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that a Ctrl-C may cut short at any point, which then is said with what to do. Nx
 * ends without waiting, so nothing more can be done in that moment.
 */
export async function untilInterrupted<T>(advice: string, action: () => Promise<T>): Promise<T> {
  const stop = (signal: NodeJS.Signals): void => {
    process.stderr.write(`\nInterrupted. ${advice}\n`);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await action();
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
