import { readFile } from 'node:fs/promises';
import { compareVersions } from './compare-versions.js';
import type { GatewayConfiguration } from './configuration.js';
import { needNpm } from './npm-mirror.js';
import { npmVersionOf } from './npm-versions.js';

/** The lines with long-term support: their names, and their first version that has it. */
const LTS: readonly (readonly [since: string, name: string])[] = [
  ['10.13.0', 'Dubnium'],
  ['12.13.0', 'Erbium'],
  ['14.15.0', 'Fermium'],
  ['16.13.0', 'Gallium'],
  ['18.12.0', 'Hydrogen'],
  ['20.9.0', 'Iron'],
  ['22.11.0', 'Jod'],
  ['24.11.0', 'Krypton'],
];

/** A version in the index of Node.js' download site, with the fields that the mirror knows. */
interface NodeRelease {
  /** With the `v`. */
  readonly version: string;
  readonly date: string;
  readonly files: readonly string[];
  readonly npm?: string;
  /** The name of its line, when it has long-term support. */
  readonly lts: string | false;
}

/** Whether a path is one of the index, and in which of its two forms. */
export function parseIndexPath(path: string): 'json' | 'tab' | undefined {
  if (path === '/index.json') return 'json';
  return path === '/index.tab' ? 'tab' : undefined;
}

/**
 * The text of nodejs.org's `index.json` or `index.tab`: what the mirror can make archives of, which
 * are the versions that this machine's npm registry has.
 */
export async function nodeIndex(
  configuration: GatewayConfiguration,
  form: 'json' | 'tab',
): Promise<string> {
  const document = await readFile(
    await needNpm(configuration, `node-linux-${process.arch}`),
    'utf8',
  );
  const releases = releasesIn(JSON.parse(document), process.arch);
  return form === 'json' ? `${JSON.stringify(releases)}\n` : tableOf(releases);
}

/** The versions of a package's document, the newest first. */
export function releasesIn(document: unknown, architecture: string): readonly NodeRelease[] {
  // The registry's form; a document of another one has no versions.
  const { versions = {}, time = {} } = document as {
    readonly versions?: Readonly<Record<string, unknown>>;
    readonly time?: Readonly<Record<string, string>>;
  };
  return Object.keys(versions)
    .filter((version) => /^\d+\.\d+\.\d+$/.test(version))
    .sort((one, other) => compareVersions(other, one))
    .map((version) => {
      const npm = npmVersionOf(version);
      return {
        version: `v${version}`,
        date: (time[version] ?? '').slice(0, 10),
        files: [`linux-${architecture}`],
        ...(npm !== undefined && { npm }),
        lts: ltsOf(version),
      };
    });
}

function ltsOf(version: string): string | false {
  const [line = ''] = version.split('.');
  const [since, name] = LTS.find(([first]) => first.startsWith(`${line}.`)) ?? [];
  return since !== undefined && name !== undefined && compareVersions(version, since) >= 0
    ? name
    : false;
}

const COLUMNS = [
  ...['version', 'date', 'files', 'npm', 'v8', 'uv', 'zlib', 'openssl', 'modules', 'lts'],
  'security',
];

function tableOf(releases: readonly NodeRelease[]): string {
  const rows = releases.map(({ version, date, files, npm = '-', lts }) =>
    [
      ...[version, date, files.join(','), npm, '-', '-', '-', '-', '-', lts === false ? '-' : lts],
      '-',
    ].join('\t'),
  );
  return [COLUMNS.join('\t'), ...rows, ''].join('\n');
}
