import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const demo = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(__dirname, 'run-demo.mjs'), ...words],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

it('the demo shows its usage, and installs nothing', () => {
  expect(demo('--help')).toEqual({
    ...{ status: 0, stderr: '' },
    stdout: expect.stringMatching(/^npm run demo \[/) as string,
  });
});

it.each([
  [['--tsl'], "Unknown option '--tsl'"],
  [['--driver', 'vagrant'], "Unknown driver 'vagrant'"],
  [['--tls', '--driver', 'container'], '--tls needs the driver nspawn'],
])('the demo refuses %j before it installs anything', (words, reason) => {
  expect(demo(...words)).toEqual({
    ...{ status: 1, stdout: '' },
    stderr: expect.stringContaining(`Cannot run the demo: ${reason}`) as string,
  });
});
