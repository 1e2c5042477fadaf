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
