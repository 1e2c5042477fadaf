import { HintedError } from '@fairness-deploy/shell/text';
import { DEFAULT_RELEASE } from '../driver/sandbox-host.js';
import { DEBIAN_RELEASES, type DebianRelease } from '../machine/registries.js';

/**
 * The release of Debian that hosts of tests have where a test names none: TEST_RELEASE, or the default of
 * hosts.
 *
 * @throws HintedError when the variable names another one.
 */
export function testRelease(
  env: Readonly<Record<string, string | undefined>> = process.env,
): DebianRelease {
  const wanted = env['TEST_RELEASE'] ?? '';
  if (wanted === '') return DEFAULT_RELEASE;
  const release = DEBIAN_RELEASES.find((name) => name === wanted);
  if (release !== undefined) return release;
  throw new HintedError(
    `Cannot start a host for tests: TEST_RELEASE is ${JSON.stringify(wanted)}, and there is no such release`,
    { hint: `name one of these: ${DEBIAN_RELEASES.join(', ')}` },
  );
}
