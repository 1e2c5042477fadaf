/** The table of releases, compared with what apt on hosts of these releases says. */
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSystem, PRINT_SYSTEM } from './host-system.js';
import { BROTLI_MODULES, RELEASES, type PackageVersions } from './releases.js';

/** The packages that bring what the table names. */
const PACKAGES: Readonly<Record<keyof PackageVersions, string>> = {
  ...{ nginx: 'nginx', postgresql: 'postgresql', supervisor: 'supervisor', certbot: 'certbot' },
  ...{ git: 'git', python: 'python3', openssl: 'openssl', sudo: 'sudo', systemd: 'systemd' },
};

const CODENAMES = ['bullseye', 'bookworm', 'trixie'] as const;

describe.each(CODENAMES)('%s', (codename) => {
  const release = RELEASES.find((one) => one.codename === codename);
  let test: TestHost;
  let connection: Connection;
  beforeAll(async () => {
    test = await startTestHost(`releases-${codename}`, { release: codename });
    connection = await test.connect();
    await connection.run(sh`apt-get -q update`);
  });
  afterAll(async () => {
    await connection.close();
    await test.stop();
  });

  /** The version that apt would install; nothing for a package that there is not. */
  async function candidate(name: string): Promise<string> {
    const { stdout } = await connection.run(
      sh`apt-cache policy ${name} | sed -n 's/^ *Candidate: *//p'`,
    );
    return stdout.toString().trim().replace('(none)', '');
  }

  it('is known by its os-release', async () => {
    const { stdout } = await connection.run(PRINT_SYSTEM);
    expect(parseSystem(stdout.toString()).release).toBe(release);
  });

  it('has the packages that the table says', async () => {
    const found: Record<string, string> = {};
    for (const [key, name] of Object.entries(PACKAGES)) {
      const version = (await candidate(name)).replace(/^\d+:/, '');
      // Sound: the keys are those of the versions.
      const wanted = release?.packages[key as keyof PackageVersions] ?? 'none';
      const [begin] = new RegExp(`^${wanted.replaceAll('.', '\\.')}(?![0-9])`).exec(version) ?? [
        version,
      ];
      found[key] = begin;
    }
    expect(found).toEqual(release?.packages);
    const modules = await Promise.all(BROTLI_MODULES.map(candidate));
    expect(modules.every((version) => version !== '')).toBe((release?.brotli.length ?? 0) > 0);
  });
});
