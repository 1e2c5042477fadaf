import { HintedError } from '@fairness-deploy/shell/text';
import type { DebianRelease } from '../machine/registries.js';

const RELEASES: Readonly<Record<DebianRelease, true>> = {
  bullseye: true,
  bookworm: true,
  trixie: true,
};

/**
 * The release of Debian that hosts of tests have where a test names none: TEST_RELEASE.
 *
 * @returns undefined for this machine's own.
 * @throws HintedError when the variable names another one.
 */
export function testRelease(
  env: Readonly<Record<string, string | undefined>> = process.env,
): DebianRelease | undefined {
  const wanted = env['TEST_RELEASE'] ?? '';
  if (wanted === '') return undefined;
  if (isRelease(wanted)) return wanted;
  throw new HintedError(
    `Cannot start a host for tests: TEST_RELEASE is ${JSON.stringify(wanted)}, and there is no such release`,
    { hint: `name one of these: ${Object.keys(RELEASES).join(', ')}` },
  );
}

function isRelease(name: string): name is DebianRelease {
  return Object.hasOwn(RELEASES, name);
}
