import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isRunning, processStart } from './process-start.js';

it('isRunning() knows a process until it ends', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  const start = await processStart(child.pid ?? 0);
  expect(start?.pid).toBe(child.pid);
  expect(await isRunning(start)).toBe(true);
  child.stdin.end();
  await once(child, 'exit');
  expect(await isRunning(start)).toBe(false);
});

it('isRunning() tells another process with the same pid apart', async () => {
  const own = await processStart(process.pid);
  if (!own) throw new Error('this process is not found');
  expect(await isRunning(own)).toBe(true);
  expect(await isRunning({ ...own, started: 'Thu Jan  1 00:00:00 1970' })).toBe(false);
});
