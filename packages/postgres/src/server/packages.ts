/** The Debian packages of the server and of its clients, and where they come from. */
import { resolve } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import {
  aptPackages,
  aptRepository,
  byFact,
  RELEASE_FACT,
  releaseOf,
  type Resource,
} from '@fairness-deploy/core/resources';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { sh } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { PGDG_KEY } from './pgdg-key.js';

/** The name that the script of Debian's package postgresql-common gives it too. */
const REPOSITORY = 'pgdg';
const PGDG = 'https://apt.postgresql.org/pub/repos/apt';
const COMPONENT = 'main';

/** Prints the release, then whether another file names PostgreSQL's repository. */
const FACT = sh`
  ${RELEASE_FACT}
  fd_other=$(grep -lsE '^[^#]*apt\.postgresql\.org' /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources |
    grep -vx ${`/etc/apt/sources.list.d/${REPOSITORY}.sources`} | head -n 1) || fd_other=
  printf ' %s' "$fd_other"`;

/** What a host needs: the server, or programs for clients alone, in the version of the section. */
export function packageResources(
  section: Section,
  { isServer, folder }: { readonly isServer: boolean; readonly folder: string },
): readonly Resource[] {
  const { version } = section;
  const suffix = version === undefined ? '' : `-${String(version)}`;
  const names = [`postgresql-client${suffix}`, ...(isServer ? [`postgresql${suffix}`] : [])];
  if (version === undefined) return [aptPackages({ names })];
  const source = repository(section, version, folder);
  return [source, aptPackages({ names }, { follows: [source] })];
}

/** The repository of a version, on hosts whose release does not have it. */
function repository(section: Section, version: number, folder: string): Resource {
  const own = section.repository;
  const key =
    own === undefined ? PGDG_KEY : new Uint8Array(readRegularFile(resolve(folder, own.key)));
  return byFact({
    address: `postgres-repository:${REPOSITORY}`,
    fact: FACT,
    resource(fact, options) {
      const [id = '', number = '', other = ''] = fact.split(' ');
      const release = releaseOf(`${id} ${number}`);
      const suite = own?.suite ?? `${release?.codename ?? 'unknown'}-pgdg`;
      const wanted = aptRepository(
        {
          name: REPOSITORY,
          uris: [own?.uri ?? PGDG],
          suites: [suite],
          components: [COMPONENT],
          key: keyOf(key),
        },
        options,
      );
      const isNeeded = own !== undefined || Number(release?.packages.postgresql) !== version;
      if (!isNeeded) return { ...wanted, plan: () => undefined };
      if (other === '' || own !== undefined) return wanted;
      throw new HintedError(
        `Cannot add PostgreSQL's apt repository: ${other} on the host names it already, and apt refuses two of them`,
        { hint: `remove it: rm ${other}` },
      );
    },
  });
}

/** Armored keys as text: apt tells the form by the file's ending. */
function keyOf(key: string | Uint8Array): string | Uint8Array {
  if (typeof key === 'string') return key;
  const text = Buffer.from(key).toString('latin1');
  return text.trimStart().startsWith('-----BEGIN') ? text : key;
}
