import { defineResource, type ResourceOptions } from '../resource/define-resource.js';
import type { Resource } from '../resource/resource.js';
import { fail, lines, type Script, sh } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';
import { aptKey } from '../resource-parts/apt-key.js';
import { APT_FUNCTIONS } from '../resource-parts/apt-script.js';
import {
  checkRepository,
  digestOfRepository,
  isWhole,
  keyOf,
  sourcesOf,
  sourcesText,
  type AnyRepository,
  type AptRepositoryIdentity,
  type AptRepositorySpec,
} from '../resource-parts/apt-source.js';
import { digestOf, printContent } from '../resource-parts/content.js';
import { fullOwnership } from '../resource-parts/ownership.js';
import { stageAndRename } from '../resource-parts/stage.js';

export type { AptRepositoryIdentity, AptRepositorySpec };

/** All of a host's repositories are one resource, so that packages can come after it. */
interface Repositories<Repository> {
  readonly repositories: readonly Repository[];
}

type Lists = Readonly<Record<string, string>>;

/** The record of the repositories, as configured, of which the lists were read. */
const RECORDS = `${STATE}/apt`;
const OWNERSHIP = fullOwnership({}, '0644');

const repositories = defineResource<
  Repositories<AptRepositorySpec>,
  Lists,
  Repositories<AnyRepository>
>({
  type: 'apt',
  name: (_, ensure) => (ensure === 'present' ? 'repositories' : 'removed-repositories'),
  check: ({ repositories }) => {
    repositories.forEach(checkRepository);
  },
  // Each line after its file's name; grep and sha256sum fail for files that are missing.
  read: ({ repositories }) => sh`
    grep -a -H '' -- ${repositories.flatMap((one) => [sourcesOf(one), recordOf(one)])} 2>/dev/null || :
    sha256sum -- ${repositories.flatMap((one) => [keyOf(one, 'asc'), keyOf(one, 'gpg')])} 2>/dev/null || :`,
  parse(output, { repositories }) {
    const found = repositories.flatMap((one) => stateOf(one, output.split('\n')));
    return found.length === 0 ? undefined : Object.fromEntries(found);
  },
  desired: ({ repositories }) =>
    Object.fromEntries(
      repositories.flatMap((one) => [
        [one.name, sourcesText(one)],
        [`${one.name} key`, `sha256:${digestOf(one.key).reveal()}`],
        [`${one.name} lists`, 'read'],
      ]),
    ),
  write: ({ repositories }) =>
    lines(
      APT_FUNCTIONS,
      sh`
        umask 022
        mkdir -p /etc/apt/keyrings ${RECORDS}`,
      ...repositories.map(write),
    ),
  remove: ({ repositories }) =>
    sh`rm -f -- ${repositories.flatMap((one) => [sourcesOf(one), recordOf(one), keyOf(one, 'asc'), keyOf(one, 'gpg')])}`,
  owns: ({ repositories }) => repositories.map(({ name }) => ({ kind: 'repository', name })),
  merge: (one, other) => ({ repositories: union(one.repositories, other.repositories) }),
});

/**
 * A repository of Debian packages and the key that it is signed with. apt reads its lists before it
 * goes live: a repository that can't be reached or has another key isn't added, and so doesn't
 * block other installations. All of a host's repositories make one resource, `apt:repositories`,
 * which packages come after.
 *
 * @throws RangeError when the name, an address, a suite or a component isn't one.
 * @throws TypeError when the key isn't a public key of OpenPGP's.
 */
export function aptRepository(spec: AptRepositorySpec, options?: ResourceOptions): Resource;
export function aptRepository(
  spec: AptRepositoryIdentity,
  options: ResourceOptions & { readonly ensure: 'absent' },
): Resource;
export function aptRepository(
  spec: AptRepositorySpec | AptRepositoryIdentity,
  options?: ResourceOptions,
): Resource {
  return 'key' in spec
    ? repositories(
        { repositories: [{ ...spec, key: aptKey(spec.key, spec.name).content }] },
        options,
      )
    : repositories({ repositories: [spec] }, { ...options, ensure: 'absent' });
}

function write(spec: AptRepositorySpec): Script {
  const { name, uris, key } = spec;
  const { ending } = aptKey(key, name);
  const staged = `${RECORDS}/${name}.sources`;
  const keyPath = keyOf(spec, ending);
  const put = (path: string, content: string | Uint8Array): Script =>
    sh`( ${stageAndRename({ path, ownership: OWNERSHIP, print: printContent(content) })} )`;
  return sh`
    ${put(keyPath, key)}
    rm -f -- ${keyOf(spec, ending === 'asc' ? 'gpg' : 'asc')}
    if [ "$(cat -- ${recordOf(spec)} 2>/dev/null)" != ${digestOfRepository(spec)} ]; then
      ${uris.some((uri) => uri.startsWith('https:')) ? sh`[ -e /etc/ssl/certs/ca-certificates.crt ] || fd_install -- ca-certificates` : sh`:`}
      ${put(staged, sourcesText(spec))}
      fd_apt update -o Dir::Etc::SourceList=${staged} -o Dir::Etc::SourceParts=/dev/null -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any ||
        ${fail(`Cannot add the apt repository '${name}': its lists can't be read from ${uris.join(' ')}; apt says why above`)}
    fi
    ${put(sourcesOf(spec), sourcesText(spec))}
    printf '%s\n' ${digestOfRepository(spec)} >${recordOf(spec)}`;
}

function stateOf(spec: AnyRepository, output: readonly string[]): readonly [string, string][] {
  const linesOf = (path: string): readonly string[] =>
    output.filter((line) => line.startsWith(`${path}:`)).map((line) => line.slice(path.length + 1));
  const sources = linesOf(sourcesOf(spec));
  const ending = spec.key === undefined ? 'asc' : aptKey(spec.key, spec.name).ending;
  const key = output.find((line) => line.endsWith(`  ${keyOf(spec, ending)}`))?.slice(0, 64);
  const read = isWhole(spec) && linesOf(recordOf(spec))[0] === digestOfRepository(spec);
  return [
    ...(sources.length > 0
      ? [[spec.name, sources.map((line) => `${line}\n`).join('')] as [string, string]]
      : []),
    ...(key === undefined ? [] : [[`${spec.name} key`, `sha256:${key}`] as [string, string]]),
    ...(read ? [[`${spec.name} lists`, 'read'] as [string, string]] : []),
  ];
}

function union(
  one: readonly AptRepositorySpec[],
  other: readonly AptRepositorySpec[],
): readonly AptRepositorySpec[] {
  const byName = new Map(one.map((repository) => [repository.name, repository]));
  for (const repository of other) {
    const known = byName.get(repository.name);
    if (known?.key !== undefined && digestOfRepository(known) !== digestOfRepository(repository)) {
      throw new RangeError(
        `Cannot add the apt repository '${repository.name}': it is declared twice, with different contents`,
      );
    }
    byName.set(repository.name, repository);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function recordOf({ name }: AptRepositoryIdentity): string {
  return `${RECORDS}/${name}`;
}
