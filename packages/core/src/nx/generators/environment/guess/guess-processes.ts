import { placeOfClue, type Clue, type ReadText } from './clue.js';
import type { Django } from './django.js';
import type { Dockerfile } from './dockerfile.js';
import type { PackageJson } from './package-json.js';
import type { ProcfileEntry } from './procfile.js';

/** A process that the repository seems to have. */
export interface GuessedProcess {
  readonly name: string;
  readonly command: string;
  /** Whether it answers requests, instead of working on something else. */
  readonly listens: boolean;
  /** Where that is from, for people. */
  readonly from: string;
}

/** The files of the repository that say something of its processes. */
export interface ProcessClues {
  readonly procfile: readonly Clue<ProcfileEntry>[];
  readonly manifest: PackageJson | undefined;
  readonly dockerfile: Dockerfile | undefined;
  readonly django: Django | undefined;
  /** How a script of package.json is run: `npm run`. */
  readonly run: string;
  readonly read: ReadText;
}

/** Process types of a Procfile that are no process: they run once. */
export const RELEASE_TYPE = 'release';

/** Scripts that developers run on their machines. */
const FOR_DEVELOPERS = /dev|debug|watch|test|lint|storybook|local/;
const WORKS = /work|job|queue|cron|clock|schedul|mail|consum/;

/** The first source that says anything decides: who wrote a Procfile wrote it for this. */
export function guessProcesses(clues: ProcessClues): readonly GuessedProcess[] {
  const ways = [ofProcfile, ofScripts, ofDockerfile, ofFrameworks, ofFiles];
  for (const way of ways) {
    const found = way(clues);
    if (found.length > 0) return found;
  }
  return [];
}

function ofProcfile({ procfile }: ProcessClues): readonly GuessedProcess[] {
  return procfile.flatMap((clue) => {
    const { name, command } = clue.value;
    if (name === RELEASE_TYPE) return [];
    return [
      {
        name: asName(name),
        command,
        // The process type web gets the requests, and no other one.
        listens: name === 'web',
        from: placeOfClue(clue),
      },
    ];
  });
}

function ofScripts({ manifest, run }: ProcessClues): readonly GuessedProcess[] {
  const scripts = [...(manifest?.scripts ?? [])];
  const production = scripts.filter(([name]) => /^start:prod(?:uction)?$/.test(name));
  const named = scripts.filter(([name]) => /^start[:-]./.test(name) && !FOR_DEVELOPERS.test(name));
  const plain = scripts.filter(([name]) => name === 'start');
  const chosen = [production, named, plain].find((one) => one.length > 0) ?? [];
  return chosen.map(([script, clue]) => {
    const [, part = ''] = /^start[:-](?!prod)(.+)$/.exec(script) ?? [];
    const name = part === '' ? 'web' : asName(part);
    // Without npm between, the program gets the signals itself.
    const isPlain = /^node [^&|;<>$`"'*?()]+$/.test(clue.value);
    return {
      name,
      command: isPlain ? clue.value.trim() : `${run} ${script}`,
      listens: !WORKS.test(name),
      from: `the script ${script}, ${placeOfClue(clue)}`,
    };
  });
}

function ofDockerfile({ dockerfile }: ProcessClues): readonly GuessedProcess[] {
  const { command, ports = [] } = dockerfile ?? {};
  if (!command) return [];
  return [
    {
      name: 'web',
      command: command.value,
      listens: ports.length > 0 || !WORKS.test(command.value),
      from: `CMD, ${placeOfClue(command)}`,
    },
  ];
}

function ofFrameworks({ manifest, django }: ProcessClues): readonly GuessedProcess[] {
  const next = manifest?.dependencies.get('next');
  if (next) {
    const from = `the dependency next, ${placeOfClue(next)}`;
    return [{ name: 'web', command: 'node_modules/.bin/next start', listens: true, from }];
  }
  if (!django) return [];
  const { project, gunicorn } = django;
  const wsgi = `${project.value}.wsgi`;
  const from = [project, ...(gunicorn ? [gunicorn] : [])].map(placeOfClue).join(' and ');
  return [{ name: 'web', command: `python3 -m gunicorn ${wsgi}`, listens: true, from }];
}

/** Files that people give to the program of an API, and to that of a worker. */
const MAIN_FILES = ['server.js', 'app.js', 'main.js', 'index.js', 'api.js'];

function ofFiles({ manifest, read }: ProcessClues): readonly GuessedProcess[] {
  if (!manifest) return [];
  const main = MAIN_FILES.find((file) => read(file) !== undefined);
  if (main === undefined) return [];
  const worker = read('worker.js') === undefined ? [] : ['worker.js'];
  return [main, ...worker].map((file) => ({
    name: file === 'worker.js' ? 'worker' : 'web',
    command: `node ${file}`,
    listens: file !== 'worker.js',
    from: `${file}, by its name`,
  }));
}

/** A name that a process can have. */
function asName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-\d]+|-+$/g, '');
  return name === '' ? 'web' : name.slice(0, 63);
}
