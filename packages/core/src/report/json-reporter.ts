import type { Reporter } from './event.js';

/** One line of JSON an event, on standard output. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return {
    report: (event) => {
      write(`${JSON.stringify(event)}\n`);
    },
  };
}
