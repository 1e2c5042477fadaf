import { z } from 'zod';
import { NAME_PATTERN } from '@fairness-deploy/environment-file';

const NAME = 'expected a name of lower-case letters, digits and -, beginning with a letter';
const PORT = 'expected a whole number between 1 and 65535';
const USER =
  'expected a user name: at most 32 lower-case letters, digits, - and _, beginning with a letter or _';
const PATH = 'expected an absolute path without .., //, blanks or a / at its end';

/** The name of an environment, an application or a process. */
export const nameSchema = z
  .string({ error: NAME })
  .regex(NAME_PATTERN, NAME)
  .max(63, 'expected at most 63 characters');

/** A TCP port. */
export const portSchema = z.int({ error: PORT }).min(1, PORT).max(65535, PORT);

/** A system user's name, as useradd(8) on Debian recommends it. */
export const userSchema = z.string({ error: USER }).regex(/^[a-z_][a-z0-9_-]{0,31}$/, USER);

/**
 * Users of Debian itself (base-passwd, and root): no application may run as one, and no section may
 * set one up.
 */
const SYSTEM_USERS = [
  ...[
    'root',
    'daemon',
    'bin',
    'sys',
    'sync',
    'games',
    'man',
    'lp',
    'mail',
    'news',
    'uucp',
    'proxy',
  ],
  ...['www-data', 'backup', 'list', 'irc', '_apt', 'nobody', 'sshd', 'messagebus', 'postgres'],
];

/** A name that an application's own user can have. */
export function isOwnUser(name: string): boolean {
  return !SYSTEM_USERS.includes(name) && !name.startsWith('systemd-');
}

/**
 * An absolute path on a host, clean and not the root; its characters need no quoting in any
 * configuration format.
 */
export const hostPathSchema = z
  .string({ error: PATH })
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]+)+$/, PATH);

/** Seconds, fractions allowed. */
export const secondsSchema = z
  .number({ error: 'expected a number of seconds' })
  .positive('expected a number of seconds greater than 0')
  .max(86_400, 'expected at most 86400 seconds');

const FOLDER = "expected a folder of the repository, such as apps/web, without '..'";

/** A path within a repository or a release, clean and relative. */
export function repositoryPathSchema(message: string): z.ZodString {
  return z
    .string({ error: message })
    .regex(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\]+)(?:\/(?!\.{1,2}(?:\/|$))[^/\\]+)*$/, message)
    .refine((path) => !/\p{Cc}/u.test(path), message);
}

/** A folder within a repository or a release, clean and relative. */
export const repositoryFolderSchema = repositoryPathSchema(FOLDER);

const SHELL_COMMAND = 'expected a shell command';

/** A command that sh runs. */
export const shellCommandSchema = z
  .string({ error: SHELL_COMMAND })
  .regex(/^[^\0]*[^\0\s][^\0]*$/, SHELL_COMMAND);

const NICE = 'expected a whole number between 0 and 19';
const SIZE = 'expected a size such as 10MB (KB, MB or GB)';

/** A size as Supervisor writes it: `10MB`. */
export const sizeSchema = z.string({ error: SIZE }).regex(/^[1-9]\d{0,5}(?:KB|MB|GB)$/, SIZE);

/** How much a program gives way to others, see nice(1). */
export const niceSchema = z
  .int({ error: NICE })
  .min(0, NICE)
  .max(19, NICE)
  .default(0)
  .describe('How much it gives way to other programs on a busy processor, see nice(1).');
