import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { checkShell } from '../testing/shellcheck.js';
import { lines, sh } from './sh.js';
import { waitUntil, type Waiting } from './wait-until.js';

/** What a script prints that counts in `fd_tries` how often it looks. */
async function wait(waiting: Omit<Waiting, 'otherwise' | 'pause'>): Promise<string> {
  const script = lines(
    sh`fd_tries=0`,
    waitUntil({ ...waiting, pause: 0.01, otherwise: sh`echo otherwise; break` }),
    sh`echo "$fd_tries"`,
  );
  await checkShell(script);
  const { stdout, stderr, status } = spawnSync('dash', ['-eu'], {
    input: script.reveal(),
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.trim().replaceAll('\n', ' ');
}

/** A condition of two lines, true at the given look. */
const atLook = (look: number) => sh`
  fd_tries=$((fd_tries + 1))
  [ "$fd_tries" = ${look} ]`;

describe('waitUntil()', () => {
  it('looks until the condition is true', async () => {
    expect(await wait({ until: atLook(3), seconds: 60 })).toBe('3');
  });

  it('looks once, however short the time is', async () => {
    expect(await wait({ until: atLook(1), seconds: 0 })).toBe('1');
    expect(await wait({ until: atLook(2), seconds: 0 })).toBe('otherwise 1');
  });

  it('ends when it is useless to wait', async () => {
    const unless = sh`[ "$fd_tries" = 2 ]`;
    expect(await wait({ until: atLook(3), unless, seconds: 60 })).toBe('otherwise 2');
  });
});
