/** The releases of Debian and Ubuntu that hosts may have, and what differs between them: the one place. */

/** Versions of a release's own packages, as far as code or people depend on them. */
export interface PackageVersions {
  readonly nginx: Version;
  /** The major version. */
  readonly postgresql: Version;
  readonly supervisor: Version;
  readonly certbot: Version;
  readonly git: Version;
  readonly python: Version;
  readonly openssl: Version;
  readonly sudo: Version;
  readonly systemd: Version;
}

/** `1.22`: numbers and dots. */
export type Version = `${number}` | `${number}.${number}` | `${number}.${number}.${number}`;

/** A release that is supported. */
export interface Release {
  /** ID in os-release(5). */
  readonly id: 'debian' | 'ubuntu';
  /** VERSION_ID in os-release(5). */
  readonly version: string;
  /** As apt's sources name it: `bookworm`. */
  readonly codename: string;
  /** For people: `Debian 12`. */
  readonly name: string;
  /** Which host tests run on it: all, or those of the main job. By hand: no script runs them. */
  readonly tested: 'all' | 'main' | 'main by hand';
  readonly packages: PackageVersions;
  /** The packages of nginx's modules for brotli: compressing, and files that are compressed already. */
  readonly brotli: readonly string[];
}

/** Debian's modules of nginx for brotli; Ubuntu takes them from there. */
export const BROTLI_MODULES = [
  'libnginx-mod-http-brotli-filter',
  'libnginx-mod-http-brotli-static',
] as const;

/** The oldest first. */
export const RELEASES: readonly Release[] = [
  {
    ...{ id: 'debian', version: '11', codename: 'bullseye', name: 'Debian 11', tested: 'main' },
    packages: {
      ...{ nginx: '1.18', postgresql: '13', supervisor: '4.2.2', certbot: '1.12', git: '2.30' },
      ...{ python: '3.9', openssl: '1.1.1', sudo: '1.9.5', systemd: '247' },
    },
    brotli: [],
  },
  {
    ...{ id: 'debian', version: '12', codename: 'bookworm', name: 'Debian 12', tested: 'all' },
    packages: {
      ...{ nginx: '1.22', postgresql: '15', supervisor: '4.2.5', certbot: '2.1', git: '2.39' },
      ...{ python: '3.11', openssl: '3.0', sudo: '1.9.13', systemd: '252' },
    },
    brotli: BROTLI_MODULES,
  },
  {
    ...{ id: 'debian', version: '13', codename: 'trixie', name: 'Debian 13', tested: 'all' },
    packages: {
      ...{ nginx: '1.26', postgresql: '17', supervisor: '4.2.5', certbot: '4.0', git: '2.47' },
      ...{ python: '3.13', openssl: '3.5', sudo: '1.9.16', systemd: '257' },
    },
    brotli: BROTLI_MODULES,
  },
  {
    ...{ id: 'ubuntu', version: '22.04', codename: 'jammy', name: 'Ubuntu 22.04' },
    tested: 'main by hand',
    packages: {
      ...{ nginx: '1.18', postgresql: '14', supervisor: '4.2.1', certbot: '1.21', git: '2.34' },
      ...{ python: '3.10', openssl: '3.0', sudo: '1.9.9', systemd: '249' },
    },
    brotli: [],
  },
  {
    ...{ id: 'ubuntu', version: '24.04', codename: 'noble', name: 'Ubuntu 24.04' },
    tested: 'main by hand',
    packages: {
      ...{ nginx: '1.24', postgresql: '16', supervisor: '4.2.5', certbot: '2.9', git: '2.43' },
      ...{ python: '3.12', openssl: '3.0', sudo: '1.9.15', systemd: '255' },
    },
    brotli: BROTLI_MODULES,
  },
];

/** `Debian 11, 12, 13; Ubuntu 22.04, 24.04`: for hints. */
export const SUPPORTED_RELEASES = ['Debian', 'Ubuntu']
  .map((system) => {
    const own = RELEASES.filter(({ id }) => id === system.toLowerCase());
    return `${system} ${own.map(({ version }) => version).join(', ')}`;
  })
  .join('; ');

/**
 * Whether a package of a release has at least a version: `hasVersion(release, 'nginx', '1.19.4')`. A
 * version that the table names shorter counts as the first of its kind: 1.18 as 1.18.0.
 */
export function hasVersion(
  { packages }: Pick<Release, 'packages'>,
  name: keyof PackageVersions,
  least: Version,
): boolean {
  const own = packages[name].split('.').map(Number);
  for (const [at, wanted] of least.split('.').map(Number).entries()) {
    const difference = (own[at] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
