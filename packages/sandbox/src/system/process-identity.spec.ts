import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, identifyByPs, isAlive } from './process-identity.js';

it('isAlive() knows a process until it ends, and tells a later one with its pid apart', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  const exit = once(child, 'exit');
  const identity = identify(child.pid ?? 0);
  expect([identity?.pid, isAlive(identity)]).toEqual([child.pid, true]);
  expect(isAlive(identity && { ...identity, started: '1' })).toBe(false);
  expect(isAlive(identity && { ...identity, bootId: 'another' })).toBe(false);
  child.stdin.end();
  await exit;
  expect(isAlive(identity)).toBe(false);
});

it('identifyByPs() does so where there is no /proc', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
  const exit = once(child, 'exit');
  const pid = child.pid ?? 0;
  const identity = identifyByPs(pid);
  expect(identity).toMatchObject({ pid, bootId: '' });
  expect(identity?.started).toMatch(/ \d\d:\d\d:\d\d \d{4}$/);
  expect(identifyByPs(pid)).toEqual(identity);
  child.stdin.end();
  await exit;
  expect(identifyByPs(pid)).toBeUndefined();
});
