/** What a repository says of its application: the parts of an environment, and where each is from. */
import { placeOfClue, type Clue, type ReadText } from './clue.js';
import { readDjango } from './django.js';
import { readDockerfile } from './dockerfile.js';
import { readGitOrigin } from './git-origin.js';
import { guessProcesses, RELEASE_TYPE, type GuessedProcess } from './guess-processes.js';
import { readNodeVersion } from './node-version.js';
import { readLockFile } from './package-manager.js';
import { readPackageJson, type PackageJson } from './package-json.js';
import { readProcfile } from './procfile.js';

/** A value, and where it is from, for people. */
export interface Guessed<Value> {
  readonly value: Value;
  readonly from: string;
}

export interface GuessedApplication {
  readonly name: string;
  /** A version, or the file that has it; undefined: it has no program of Node.js. */
  readonly node?: Guessed<string | { readonly file: string }>;
  readonly processes: readonly (GuessedProcess & {
    readonly port?: number;
    readonly route?: string;
    readonly health?: string;
  })[];
  /** The folder of a site that has no process. */
  readonly static?: Guessed<string>;
  readonly repository?: Guessed<string>;
  /** false: there is nothing to build. */
  readonly build?: Guessed<string | false>;
  readonly migrate?: Guessed<string>;
  /** What could not be found, or has to be decided: for people. */
  readonly open: readonly string[];
}

/** Generators of sites, and the folder that each writes. */
const SITES = { '@11ty/eleventy': '_site', astro: 'dist', gatsby: 'public', vite: 'dist' } as const;
/** Folders in which people keep a site that nothing builds. */
const FOLDERS = ['public', 'dist', 'site', 'www'];
/** Scripts that migrate a database, the preferred first. */
const MIGRATIONS = ['migrate:deploy', 'migrate', 'db:migrate', 'migration:run', 'database:migrate'];
const DATABASES = [
  'pg',
  'postgres',
  'typeorm',
  '@prisma/client',
  'sequelize',
  'knex',
  'drizzle-orm',
];
const FIRST_PORT = 3000;

/**
 * Guesses what an application consists of.
 *
 * @param folder the name of its folder, where package.json has none
 * @param read reads its files
 */
export function guessApplication(folder: string, read: ReadText): GuessedApplication {
  const manifestText = read('package.json');
  const manifest = manifestText === undefined ? undefined : readPackageJson(manifestText);
  const dockerText = read('Dockerfile');
  const dockerfile = dockerText === undefined ? undefined : readDockerfile(dockerText);
  const procfile = readProcfile(read('Procfile') ?? '');
  const django = readDjango(read);
  const lock = readLockFile(read);
  const manager = manifest?.packageManager?.value.split('@')[0] ?? lock?.value ?? 'npm';
  const run = manager === 'npm' ? 'npm run --silent' : `${manager} run`;
  const open: string[] = [];

  const site = siteOf(manifest, read);
  const found = guessProcesses({ procfile, manifest, dockerfile, django, run, read });
  const processes = site && found.every(({ from }) => from.endsWith('by its name')) ? [] : found;
  const isStatic = site !== undefined && processes.length === 0;
  if (!isStatic && processes.length === 0) {
    open.push(
      'its processes: neither a Procfile, a script start, a CMD in a Dockerfile nor a known file says how it runs',
    );
  }
  const node = manifest && nodeOf(read, manifest, dockerfile?.node);
  if (manifest && node === undefined) {
    open.push(
      'its Node.js: neither .nvmrc, .node-version, package.json nor a Dockerfile says which; the newest with long-term support is taken',
    );
  }
  if (manifest && !lock) {
    open.push('the versions of its dependencies: it has no lock file, and npm ci needs one');
  }
  if (lock && lock.value !== 'npm' && !manifest?.packageManager) {
    open.push(
      `which ${lock.value}: ${lock.file} has no version; write "packageManager" into package.json, or application.node.packageManager`,
    );
  }
  if (read('pnpm-workspace.yaml') !== undefined || /"workspaces"\s*:/.test(manifestText ?? '')) {
    open.push(
      'which of its packages runs: it is a workspace of several; write the directory of each process',
    );
  }
  const database = DATABASES.flatMap((name) => manifest?.dependencies.get(name) ?? []).at(0);
  if (database) {
    open.push(`its database (${placeOfClue(database)}): add the section postgres, if it is one`);
  }
  const listening = listeners(processes, dockerfile?.ports ?? []);
  if (processes.some(({ listens }) => listens) && dockerfile?.healthPath === undefined) {
    open.push('a health check: write health: <path>, else the path / must answer with status 200');
  }
  const origin = readGitOrigin(read('.git/config') ?? '');
  const migrate = migrateOf(procfile, manifest, run, django?.project);
  const build = buildOf(manifest, django !== undefined);
  return {
    name: nameOf(manifest?.name, folder),
    processes: processes.map((process, at) => {
      const port = listening.get(process);
      const route = port === undefined ? undefined : routeOf(process, at, processes);
      const health = route === '/' ? dockerfile?.healthPath?.value : undefined;
      return {
        ...process,
        ...(port !== undefined && { port }),
        ...(route !== undefined && { route }),
        ...(health !== undefined && { health }),
      };
    }),
    ...(manifest && { node: node ?? { value: 'lts', from: 'nothing' } }),
    ...(isStatic && { static: site }),
    ...(origin && { repository: { value: origin.value, from: placeOfClue(origin) } }),
    ...(build && { build }),
    ...(migrate && { migrate }),
    open,
  };
}

function nodeOf(
  read: ReadText,
  { node }: PackageJson,
  image: Clue<string> | undefined,
): GuessedApplication['node'] {
  const file = readNodeVersion(read) ?? node;
  if (file) return { value: { file: file.file }, from: placeOfClue(file) };
  return image && { value: image.value, from: placeOfClue(image) };
}

function siteOf(manifest: PackageJson | undefined, read: ReadText): Guessed<string> | undefined {
  for (const [name, folder] of Object.entries(SITES)) {
    const clue = manifest?.dependencies.get(name);
    if (clue) return { value: folder, from: `the dependency ${name}, ${placeOfClue(clue)}` };
  }
  const folder = FOLDERS.find((one) => read(`${one}/index.html`) !== undefined);
  return manifest || folder === undefined
    ? undefined
    : { value: folder, from: `${folder}/index.html` };
}

/** The port of each process that listens: the exposed ones, then the next free ones. */
function listeners(
  processes: readonly GuessedProcess[],
  exposed: readonly Clue<number>[],
): ReadonlyMap<GuessedProcess, number> {
  // A port below needs rights that the application does not have; and each has a second one, 100 above.
  const [first = FIRST_PORT] = exposed
    .map(({ value }) => value)
    .filter((port) => port > 1024 && port < 65_000);
  return new Map(
    processes.filter(({ listens }) => listens).map((process, at) => [process, first + (at % 100)]),
  );
}

function routeOf(
  { name }: GuessedProcess,
  at: number,
  all: readonly GuessedProcess[],
): string | undefined {
  const listening = all.filter(({ listens }) => listens);
  if (listening.length === 1) return '/';
  const isFront = (one: string): boolean => /^(?:web|client|front|frontend|site|www)$/.test(one);
  const front = listening.find((one) => isFront(one.name)) ?? listening[0];
  return all[at] === front ? '/' : `/${name}`;
}

function buildOf(
  manifest: PackageJson | undefined,
  isDjango: boolean,
): GuessedApplication['build'] {
  if (isDjango && !manifest) {
    return { value: 'python3 manage.py collectstatic --no-input', from: 'manage.py' };
  }
  if (!manifest) return { value: false, from: 'there is no package.json' };
  // The default is the script build, by the package manager of the commit.
  return manifest.scripts.has('build')
    ? undefined
    : { value: false, from: 'package.json has no script build' };
}

function migrateOf(
  procfile: ReturnType<typeof readProcfile>,
  manifest: PackageJson | undefined,
  run: string,
  django: Clue<string> | undefined,
): GuessedApplication['migrate'] {
  const release = procfile.find(({ value }) => value.name === RELEASE_TYPE);
  if (release) return { value: release.value.command, from: placeOfClue(release) };
  for (const name of MIGRATIONS) {
    const clue = manifest?.scripts.get(name);
    if (clue) return { value: `${run} ${name}`, from: placeOfClue(clue) };
  }
  return django && { value: 'python3 manage.py migrate --no-input', from: placeOfClue(django) };
}

function nameOf(name: string | undefined, folder: string): string {
  const [plain = ''] = [name?.replace(/^@[^/]*\//, ''), folder]
    .map((text) =>
      (text ?? '')
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^[-\d]+|-+$/g, ''),
    )
    .filter((text) => text !== '');
  return plain === '' ? 'application' : plain.slice(0, 32).replace(/-+$/, '');
}
