import { expect, it } from 'vitest';
import { timedReport } from './timed-report.js';

it('timedReport() tells the seconds since the start', () => {
  const lines: string[] = [];
  const times = [1000, 1000, 13_340];
  const report = timedReport(
    (text) => lines.push(text),
    () => times.shift() ?? 0,
  );
  report('one');
  report('two');
  expect(lines).toEqual(['   0.0 s  one\n', '  12.3 s  two\n']);
});
