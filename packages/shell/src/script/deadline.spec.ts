import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkShell } from '../testing/shellcheck.js';
import { deadline } from './deadline.js';
import { lines, sh, type Script } from './sh.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-deadline-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Whether it is over at each of the times, seconds as the kernel writes them. */
const isOver = async (
  seconds: number,
  begun: string,
  times: readonly string[],
): Promise<string> => {
  const file = join(folder, 'uptime');
  const at = (time: string): Script => sh`echo ${`${time} 0.00`} >${file}`;
  const script = lines(
    at(begun),
    deadline(seconds),
    ...times.map((time) => lines(at(time), sh`if fd_is_over; then echo over; else echo not; fi`)),
  );
  await checkShell(script);
  const { stdout, stderr } = spawnSync('dash', ['-eu'], {
    input: script.reveal().replaceAll('/proc/uptime', file),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout.trim().replaceAll('\n', ' ');
};

describe('deadline()', () => {
  it('is never over before its time, to the hundredth', async () => {
    expect(await isOver(1, '100.99', ['101.00', '101.98', '101.99', '200.00'])).toBe(
      'not not over over',
    );
    expect(await isOver(0.005, '7.10', ['7.10', '7.11'])).toBe('not over');
    expect(await isOver(1.1, '7.00', ['8.09', '8.10'])).toBe('not over');
    expect(await isOver(0, '7.10', ['7.10'])).toBe('over');
  });

  it('counts in decimals right after the start of a machine, too', async () => {
    expect(await isOver(0.5, '0.08', ['0.57', '0.58'])).toBe('not over');
    expect(await isOver(0.5, '0.00', ['0.09', '0.50'])).toBe('not over');
  });
});
