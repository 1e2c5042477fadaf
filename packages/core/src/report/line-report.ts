import { LineReader } from '@fairness-deploy/shell';
import type { Reporter } from './event.js';

/** Reports the lines of a command's two streams as they end: `out` or `err` is their source. */
export function lineReport(
  reporter: Reporter,
  host: string,
  section: string,
): { readonly push: (stream: 'out' | 'err', bytes: Buffer) => void; readonly end: () => void } {
  const readers = { out: new LineReader(), err: new LineReader() };
  const report = (source: 'out' | 'err', lines: readonly string[]): void => {
    for (const line of lines) reporter.report({ type: 'log', host, section, source, line });
  };
  return {
    push: (stream, bytes) => {
      report(stream, readers[stream].read(bytes));
    },
    end: () => {
      report('out', readers.out.end());
      report('err', readers.err.end());
    },
  };
}
