import { plain } from '@fairness-deploy/environment-file';
import type { GuessedApplication, Guessed } from './guess-application.js';

/** What the text needs to know besides. */
export interface GuessContext {
  /** The sections of the plugins that nx.json names. */
  readonly sections: readonly string[];
  /** The JSON Schema of environment files, relative to the file. */
  readonly schema: string;
  /** Where the commits are from, when the clone names no URL: `release.repository` or `release.directory`. */
  readonly source: { readonly repository: string } | { readonly directory: string } | undefined;
}

/** The text of a shared file of an application. Comments say where each value is from. */
export function guessedYaml(guess: GuessedApplication, context: GuessContext): string {
  const has = (section: string): boolean => context.sections.includes(section);
  const { processes } = guess;
  return [
    `# yaml-language-server: $schema=${context.schema}`,
    `# What all environments of ${guess.name} have in common. It was guessed: read it, and correct it.`,
    ...guess.open.map((text) => `# Left open: ${plain(text)}.`),
    '',
    'application:',
    `  name: ${guess.name}`,
    ...(guess.node ? [nodeLine(guess.node)] : []),
    ...(guess.static
      ? ['  static:', `    /: { folder: ${guess.static.value} } # ${plain(guess.static.from)}`]
      : [
          '  processes:',
          ...(processes.length === 0 ? UNKNOWN_PROCESS : processes.flatMap(processLines)),
        ]),
    ...(has('release') ? ['', ...releaseLines(guess, context)] : []),
    ...(has('supervisor') && !guess.static ? ['', 'supervisor: {}'] : []),
    ...(has('nginx') ? ['', 'nginx: {}'] : []),
    '',
  ].join('\n');
}

/** Valid, and a deployment of it fails at once. */
const UNKNOWN_PROCESS = [
  '    web:',
  '      command: node main.js # replace this: nothing says how it runs',
  '      port: 3000',
  '      route: /',
];

function nodeLine({ value, from }: Guessed<string | { readonly file: string }>): string {
  const text = typeof value === 'string' ? quoted(value) : `{ file: ${value.file} }`;
  return `  node: ${text}${from === 'nothing' ? '' : ` # ${plain(from)}`}`;
}

function processLines(process: GuessedApplication['processes'][number]): readonly string[] {
  const { name, command, port, route, health, from } = process;
  return [
    `    ${name}:`,
    `      command: ${commandText(command)} # ${plain(from)}`,
    ...(port === undefined
      ? []
      : [`      port: ${String(port)} # the variable PORT; it must listen there`]),
    ...(route === undefined ? [] : [`      route: ${route}`]),
    ...(health === undefined ? [] : [`      health: ${quoted(health)}`]),
  ];
}

/** No shell runs the command of a process. */
function commandText(command: string): string {
  const isAssigning = /^\w+=/.test(command);
  if (!isAssigning && !/["'`$&|;<>()*?[\]{}\\#!~]/.test(command)) return quoted(command);
  // One command replaces the shell, and so gets the signals itself.
  const isOne = !isAssigning && !/[&|;()]/.test(command);
  return `[sh, -c, ${JSON.stringify(isOne ? ['exec', command].join(' ') : command)}]`;
}

function releaseLines(guess: GuessedApplication, { source }: GuessContext): readonly string[] {
  const { repository, build, migrate } = guess;
  const lines = [
    ...(source && 'directory' in source ? [`  directory: ${quoted(source.directory)}`] : []),
    ...(repository && !(source && 'directory' in source)
      ? [`  repository: ${quoted(repository.value)} # ${plain(repository.from)}`]
      : source && 'repository' in source
        ? [`  repository: ${quoted(source.repository)} # relative to the environment's folder`]
        : []),
    ...(build
      ? [`  build: ${build.value === false ? 'false' : quoted(build.value)} # ${plain(build.from)}`]
      : []),
    ...(migrate ? [`  migrate: ${quoted(migrate.value)} # ${plain(migrate.from)}`] : []),
  ];
  return lines.length === 0 ? ['release: {}'] : ['release:', ...lines];
}

/** A text as YAML: as it is where that can only be read as this text. */
function quoted(text: string): string {
  return /^[a-z/.@][\w ./@-]*(?<!\s)$|^[a-z][\w+.-]*:\/\/[\w./@:+-]+$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** What was guessed, for people: one line each. */
export function describeGuess(guess: GuessedApplication): readonly string[] {
  const { node, processes, build, migrate, repository } = guess;
  const line = (what: string, value: string, from: string): string =>
    `  ${what}: ${plain(value)} (${plain(from)})`;
  return [
    'Guessed from the repository:',
    ...(node && node.from !== 'nothing'
      ? [line('Node.js', typeof node.value === 'string' ? node.value : node.value.file, node.from)]
      : []),
    ...processes.map(({ name, command, from }) => line(`process ${name}`, command, from)),
    ...(guess.static ? [line('static files', guess.static.value, guess.static.from)] : []),
    ...(repository ? [line('repository', repository.value, repository.from)] : []),
    ...(build ? [line('build', build.value === false ? 'nothing' : build.value, build.from)] : []),
    ...(migrate ? [line('migrate', migrate.value, migrate.from)] : []),
    ...(guess.open.length === 0
      ? []
      : ['Left open:', ...guess.open.map((text) => `  ${plain(text)}`)]),
  ];
}
