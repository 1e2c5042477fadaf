import { parseArgs } from 'node:util';
import { describeFailure, HintedError } from '@fairness-deploy/shell/text';
import { findWorkspace, ownEntry } from '@fairness-deploy/environment-file';
import { attempt, type Session } from './commands/session.js';
import { placeOf } from './environment/place.js';
import { FORMATS, type FormatName } from './file/keys.js';
import { writeLine } from './write-line.js';

const USAGE = `fairness-secrets <command> <environment> [options]

Does what "nx run <environment>:secrets…" does, without Nx.

  edit                  opens the secrets in $VISUAL or $EDITOR
  show [name]           lists them; --reveal shows values
  set <name>            the value comes from standard input or is asked for; or --name <name>
  check                 says whether all declared secrets are there; --accept a new data key
  rekey                 encrypts anew; --add <public key>, --remove <name>, --from <environment>,
                        --lockout of yourself
  --format <format>     ${FORMATS.join(', ')}
`;

const OPTIONS = {
  help: { type: 'boolean' },
  reveal: { type: 'boolean' },
  name: { type: 'string' },
  format: { type: 'string' },
  add: { type: 'string', multiple: true },
  remove: { type: 'string', multiple: true },
  from: { type: 'string' },
  lockout: { type: 'boolean' },
  accept: { type: 'boolean' },
} as const;

/** Which of them each command has: another one would be ignored silently. */
const OPTIONS_OF: Readonly<Record<string, readonly (keyof typeof OPTIONS)[]>> = {
  edit: ['format'],
  show: ['name', 'reveal'],
  set: ['name', 'format'],
  check: ['accept'],
  rekey: ['format', 'add', 'remove', 'from', 'lockout'],
};

async function main(): Promise<number> {
  const { values, positionals } = readWords();
  const [command, subject, ...rest] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  const known = ownEntry(OPTIONS_OF, command ?? '');
  if (command === undefined) return usage('it was given no command');
  if (known === undefined) return usage(`there is no command "${command}"`);
  if (subject === undefined) return usage(`${command} was given no environment`);
  const other = Object.keys(values).find((name) => !(known as readonly string[]).includes(name));
  if (other !== undefined) {
    const has = known.length === 0 ? 'no options' : known.map((name) => `--${name}`).join(', ');
    process.stderr.write(`Cannot ${command} with --${other}: it has ${has}\n`);
    return 1;
  }
  const { format, name, ...others } = values;
  if (format !== undefined && !isFormat(format)) {
    return usage(`there is no format "${format}"`);
  }
  const names = name === undefined ? rest : [name, ...rest];
  if (command === 'set' && names.length === 0) return usage('set was given no name of a secret');
  const run = commandOf(command, names, {
    ...others,
    ...(format !== undefined && { format }),
  });
  if (run === undefined) {
    // What comes after a name may be meant as its value.
    return command === 'set'
      ? usage('set takes one name; the value comes from standard input or is asked for')
      : usage(`${command} was given too much: ${names.join(' ')}`);
  }
  const { success } = await attempt(
    placeOf(findWorkspace(process.cwd()) ?? process.cwd(), subject),
    run,
  );
  return success ? 0 : 1;
}

interface Values {
  readonly reveal?: boolean | undefined;
  readonly format?: FormatName;
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly lockout?: boolean | undefined;
  readonly accept?: boolean | undefined;
}

function commandOf(
  command: string | undefined,
  [name, ...more]: readonly string[],
  { reveal = false, format, add = [], remove = [], from, lockout = false, accept = false }: Values,
): ((session: Session) => Promise<boolean>) | undefined {
  const formatted = format === undefined ? {} : { format };
  if (more.length > 0) return undefined;
  if (command === 'show') {
    return async (session) =>
      (await import('./commands/show.js')).showSecrets(session, {
        reveal,
        ...(name !== undefined && { name }),
      });
  }
  if (command === 'set' && name !== undefined) {
    return async (session) =>
      (await import('./commands/set.js')).setSecret(session, { name, ...formatted });
  }
  if (name !== undefined) return undefined;
  switch (command) {
    case 'edit':
      return async (session) =>
        (await import('./commands/edit.js')).editSecrets(session, formatted);
    case 'check':
      return async (session) =>
        (await import('./commands/check.js')).checkSecrets(session, { accept });
    case 'rekey':
      return async (session) =>
        (await import('./commands/rekey.js')).rekeySecrets(session, {
          ...{ add, remove, lockout, ...formatted },
          ...(from !== undefined && { from }),
        });
    default:
      return undefined;
  }
}

function isFormat(text: string): text is FormatName {
  return (FORMATS as readonly string[]).includes(text);
}

function readWords() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // Node.js goes on to tell how such a word could be meant otherwise.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new HintedError(`Cannot run fairness-secrets: ${reason}`, {
      hint: 'fairness-secrets --help',
      cause: error,
    });
  }
}

function usage(reason: string): number {
  process.stderr.write(`Cannot run fairness-secrets: ${reason}\n\n${USAGE}`);
  return 1;
}

// Whoever reads it may stop early, such as head(1); what is to be done is done all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    writeLine(process.stderr, describeFailure(error));
    process.exitCode = 1;
  },
);
