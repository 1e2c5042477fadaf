import { readRecipient, recipientLine, type TeamMember } from '../age/recipient.js';
import { FormatError, LINE_ENDS } from '../secrets-error.js';
import { ENVIRONMENT_NAME } from '../environment/environment-name.js';
import { conflictError, hasMarks } from './conflict.js';
import { areNames } from './exposed.js';
import { SECRET_NAME } from '../environment/secret-name.js';

/** What stands in a file of encrypted values. */
export interface AgeText {
  /** The one that the file is of. */
  readonly environment: string;
  readonly recipients: readonly TeamMember[];
  /** The data key as an armored age file. */
  readonly key: string;
  /** Encrypted values by name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Secrets that someone has seen who is no recipient any more, and who that was. */
  readonly exposed: ReadonlyMap<string, string>;
}

const MAC_LINE = /^mac: ([0-9a-f]{64})\n$/;

export const AGE_MARK = '# Secrets, each encrypted: ';
const HEAD = `${AGE_MARK}nx run <environment>:secrets changes them.\nformat: fairness-secrets/`;

/** The file's text but for its MAC, which is of all of it. Valid YAML, and the one way to write it. */
export function formatAgeText(content: AgeText): string {
  const { environment, recipients, key, secrets, exposed } = content;
  const lines = (entries: ReadonlyMap<string, string>): string =>
    [...entries].map(([name, text]) => `  ${name}: ${text}\n`).join('');
  return [
    `${HEAD}1\nenvironment: ${environment}\n`,
    'recipients:\n',
    ...recipients.map((one) => `  - ${recipientLine(one)}\n`),
    `key: |\n${key.replaceAll(/^(?=.)/gm, '  ')}`,
    secrets.size === 0 ? 'secrets: {}\n' : `secrets:\n${lines(secrets)}`,
    ...(exposed.size === 0 ? [] : [`to-change:\n${lines(exposed)}`]),
  ].join('');
}

/** Without the marks of a whole text. */
const NAME = SECRET_NAME.source.slice(1, -1);
const SHAPE = new RegExp(
  [
    '^1\\nenvironment: (?<environment>\\S.*)\\n',
    'recipients:\\n(?<recipients>(?: {2}- \\S.*\\n)+)',
    'key: \\|\\n(?<key>(?: {2}\\S+(?: \\S+)*\\n)+)',
    `secrets:(?: \\{\\}\\n|\\n(?<secrets>(?: {2}${NAME}: [A-Za-z0-9+/]+=*\\n)+))`,
    `(?:to-change:\\n(?<exposed>(?: {2}${NAME}: \\S.*\\n)+))?$`,
  ].join(''),
);

/**
 * Takes the text apart again.
 *
 * @throws FormatError when it isn't exactly as {@link formatAgeText} writes it.
 */
function parseAgeText(text: string): AgeText {
  const groups = text.startsWith(HEAD) ? SHAPE.exec(text.slice(HEAD.length))?.groups : undefined;
  if (groups === undefined) throw damaged(text);
  const { environment = '', recipients = '', key = '', secrets = '', exposed = '' } = groups;
  const parsed: AgeText = {
    environment,
    recipients: recipients
      .split('\n')
      .slice(0, -1)
      .map((line) => recipientOf(line.slice(4))),
    key: key.replaceAll(/^ {2}/gm, ''),
    secrets: entriesOf(secrets),
    exposed: entriesOf(exposed),
  };
  // Before the MAC is checked: messages and hints to paste have these.
  if (![...parsed.exposed.values()].every(areNames)) throw damaged(text);
  if (!ENVIRONMENT_NAME.test(environment)) throw damaged(text);
  if (formatAgeText(parsed) !== text) throw damaged(text);
  return parsed;
}

function entriesOf(lines: string): ReadonlyMap<string, string> {
  const entries = lines
    .split('\n')
    .slice(0, -1)
    .map((line): [string, string] => {
      const at = line.indexOf(': ');
      return [line.slice(2, at), line.slice(at + 2)];
    });
  return new Map(entries);
}

function recipientOf(line: string): TeamMember {
  try {
    return readRecipient(line);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FormatError(
      `the recipient ${JSON.stringify(line.slice(0, 40))} can't be: ${error.message}`,
    );
  }
}

function damaged(text: string): FormatError {
  if (hasMarks(text)) return conflictError();
  if (text.startsWith(HEAD) && !/^1$/m.test(text.slice(HEAD.length).split('\n', 1)[0] ?? '')) {
    return new FormatError(
      'it is of a newer format than this version of @fairness-deploy/secrets knows',
      { hint: 'npm update @fairness-deploy/secrets, then npx nx g @fairness-deploy/secrets:init' },
    );
  }
  if (text.includes('\r')) {
    return new FormatError(
      'its lines end with CRLF, expected LF: git or an editor has converted them',
      { hint: LINE_ENDS },
    );
  }
  return new FormatError('it is damaged, or was changed by hand', {
    hint: 'git checkout -- <file> brings back the committed one; npx nx run <environment>:secrets changes it',
  });
}

/**
 * Takes the MAC off; nothing says yet that it is right.
 *
 * @throws FormatError when the text isn't as we write it.
 */
export function splitMac(text: string): {
  readonly parsed: AgeText;
  readonly mac: string;
  readonly covered: string;
} {
  const at = text.lastIndexOf('mac: ');
  const mac = MAC_LINE.exec(at < 0 ? '' : text.slice(at))?.[1];
  const covered = text.slice(0, Math.max(0, at));
  // First what can be told more precisely, such as the marks of a conflict.
  const parsed = parseAgeText(mac === undefined ? text : covered);
  if (mac === undefined) throw new FormatError('it has no MAC at its end, so it is not whole');
  return { parsed, mac, covered };
}
