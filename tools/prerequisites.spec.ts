import { expect, it } from 'vitest';

it.each([
  [true, 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'],
  [true, 'ID=debian\nVERSION_ID="13"\n'],
  // Testing and unstable.
  [true, 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\n'],
  [false, 'ID=debian\nVERSION_ID="11"\n'],
  [false, 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n'],
  [false, ''],
])('isDebian() is %s of %j', async (expected, release) => {
  const { isDebian } = await import('./prerequisites.mjs');
  expect(isDebian(release)).toBe(expected);
});

it.each([
  [undefined, { status: 0, stderr: 'WARNING: it is slow' }],
  ['', { status: null, stderr: '', error: new Error('spawnSync podman ENOENT') }],
  [
    'podman is installed and fails: Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH; on Debian: apt-get install uidmap',
    {
      status: 125,
      // As Podman 4.3.1 says it.
      stderr:
        'time="2026-11-30T21:58:35Z" level=warning msg="\\"/\\" is not a shared mount"\nError: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH\n',
    },
  ],
  ['podman is installed and fails: WARNING: no more', { status: 1, stderr: 'WARNING: no more\n' }],
])('engineProblem() is %j of %j', async (expected, asked) => {
  const { engineProblem } = await import('./prerequisites.mjs');
  expect(engineProblem('podman', asked)).toBe(expected);
});
