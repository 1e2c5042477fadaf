import { command, query } from './command.js';
import type { Report } from './report.js';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';

/**
 * Installs the Debian packages that this machine lacks; does nothing when it has all of them.
 * @throws HintedError when apt fails.
 */
export async function installDebianPackages(
  names: readonly string[],
  report: Report,
): Promise<void> {
  const states = await Promise.all(names.map(async (name) => [name, await stateOf(name)] as const));
  const missing = states.flatMap(([name, state]) => (state === 'installed' ? [] : [name]));
  if (missing.length === 0) return;
  report(`Installing Debian packages on this machine: ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' };
  const apt = (...args: string[]): Promise<string> =>
    command('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=600', ...args], { env });
  const install = (): Promise<string> =>
    apt(
      'install',
      '-y',
      '--no-install-recommends',
      '-o',
      'Dpkg::Options::=--force-confold',
      ...missing,
    );
  try {
    // Lists may be old, so that they name versions that are no longer there, or absent.
    await install().catch(async () => {
      await apt('update');
      await install();
    });
  } catch (cause) {
    throw new HintedError(`Cannot install ${missing.join(', ')}: ${failureOf(cause).message}`, {
      hint: `Run it yourself to see more: apt-get update && apt-get install -y ${missing.join(' ')}`,
      cause,
    });
  }
}

/** Undefined where dpkg has never heard of it. */
function stateOf(name: string): Promise<string | undefined> {
  return query('dpkg-query', ['-W', '-f=${db:Status-Status}', name]);
}
