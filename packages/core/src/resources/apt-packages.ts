import { defineResource } from '../resource/define-resource.js';
import { lines, sh } from '@fairness-deploy/shell';
import { APT_FUNCTIONS } from '../resource-parts/apt-script.js';

/** Debian packages. */
export interface AptPackagesSpec {
  /** `name`, or `name=version` for exactly that version. */
  readonly names: readonly string[];
}

/** The wanted state of one package: `installed` or the exact version. */
type Packages = Readonly<Record<string, string>>;

const INSTALLED = 'installed';

/**
 * Debian packages, without those that they only recommend. All packages of a host make one
 * resource, `apt:packages`, and one installation; it follows all repositories. Packages that should
 * be absent make another one. Dependencies of a removed package stay.
 *
 * @throws RangeError when a name or version isn't one (Debian Policy 5.6.1, 5.6.12), or a package
 *   is asked for in two versions.
 */
export const aptPackages = defineResource<AptPackagesSpec, Packages>({
  type: 'apt',
  name: (_, ensure) => (ensure === 'present' ? 'packages' : 'removed-packages'),
  check: ({ names }) => void wanted(names),
  // Status 1: some are unknown, which is an answer; dpkg-query(1), EXIT STATUS.
  read: ({ names }) => sh`
    dpkg-query -W -f='\${db:Status-Abbrev}|\${Package}|\${Version}\n' -- ${Object.keys(wanted(names))} 2>/dev/null || [ $? -eq 1 ]`,
  parse(output, { names }) {
    const asked = wanted(names);
    const installed = output.split('\n').flatMap((line) => {
      const [status = '', name = '', version = ''] = line.split('|');
      // The second letter is the state, the third an error; dpkg-query(1), db:Status-Abbrev.
      if (!/^.i ?$/.test(status) || !(name in asked)) return [];
      return [[name, asked[name] === INSTALLED ? INSTALLED : version] as const];
    });
    return installed.length === 0 ? undefined : Object.fromEntries(installed);
  },
  desired: ({ names }) => wanted(names),
  write({ names }) {
    const pinned = words(names).filter((word) => word.includes('='));
    const others = words(names).filter((word) => !word.includes('='));
    return lines(
      APT_FUNCTIONS,
      ...(pinned.length > 0 ? [sh`fd_install --allow-downgrades -- ${pinned}`] : []),
      // Installed packages aren't upgraded: that could restart a service.
      ...(others.length > 0 ? [sh`fd_install --no-upgrade -- ${others}`] : []),
    );
  },
  remove: ({ names }) => lines(APT_FUNCTIONS, sh`fd_apt remove -- ${Object.keys(wanted(names))}`),
  merge: (one, other) => ({ names: words([...one.names, ...other.names]) }),
  owns: ({ names }) => Object.keys(wanted(names)).map((name) => ({ kind: 'package', name })),
  follows: () => ['apt:repositories'],
});

function words(names: readonly string[]): readonly string[] {
  return Object.entries(wanted(names)).map(([name, version]) =>
    version === INSTALLED ? name : `${name}=${version}`,
  );
}

/** The packages by name, each once. One declaration with a version decides for all. */
function wanted(names: readonly string[]): Packages {
  if (names.length === 0)
    throw new RangeError('Cannot install no packages: give at least one name');
  const packages = new Map<string, string>();
  for (const word of [...names].sort()) {
    const [, name, version = INSTALLED] =
      /^([a-z0-9][a-z0-9+.-]+)(?:=([0-9][A-Za-z0-9.+:~-]*))?$/.exec(word) ?? [];
    if (name === undefined) {
      throw new RangeError(
        `Cannot use ${JSON.stringify(word)} as a Debian package: expected a name such as 'nginx', or 'nginx=1.22.1-9'`,
      );
    }
    const known = packages.get(name) ?? INSTALLED;
    if (known !== INSTALLED && version !== known && version !== INSTALLED) {
      throw new RangeError(
        `Cannot install ${name}: it is asked for in the versions ${known} and ${version}`,
      );
    }
    packages.set(name, version === INSTALLED ? known : version);
  }
  return Object.fromEntries([...packages].sort(([one], [other]) => (one < other ? -1 : 1)));
}
