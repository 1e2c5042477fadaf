import type { Report } from '../report.js';

/** Prints each line with the seconds since the first. */
export function timedReport(
  write: (text: string) => void = (text) => void process.stdout.write(text),
  now: () => number = Date.now,
): Report {
  const start = now();
  return (line) => {
    const seconds = ((now() - start) / 1000).toFixed(1);
    write(`${seconds.padStart(6)} s  ${line}\n`);
  };
}
