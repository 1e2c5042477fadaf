import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '../resource/define-resource.js';
import { sh } from '@fairness-deploy/shell';
import { printContent } from '../resource-parts/content.js';
import { checkSchedule } from '../resource-parts/cron-schedule.js';
import {
  fileState,
  parseFile,
  readFile,
  shownFile,
  type FileState,
} from '../resource-parts/file-text.js';
import { checkAccountName, fullOwnership } from '../resource-parts/ownership.js';
import { hasControlCharacter } from '../resource-parts/path.js';
import { pathProbe } from '../resource-parts/path-probe.js';
import { stageAndRename } from '../resource-parts/stage.js';

/** The identity of an entry. */
export interface CronEntryIdentity {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
}

/** A command that cron runs. */
export interface CronEntrySpec extends CronEntryIdentity {
  /** Five fields or a word such as `@daily`, crontab(5). */
  readonly schedule: string;
  /** The user that runs it; default: root. */
  readonly user?: string;
  /** One line for sh(1). A `%` is a plain `%`: it is escaped for cron. */
  readonly command: string;
}

const OWNERSHIP = fullOwnership({}, '0644');

/** As in Debian's /etc/crontab: cron's own, /usr/bin:/bin, has no command of an administrator. */
const PATH = '/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin';

/**
 * A command that cron runs, in a file of its own in /etc/cron.d.
 *
 * @throws RangeError when cron would ignore or misread the entry: a file name other than
 *   run-parts(8) takes, a schedule that is none, a command of several lines.
 */
export const cronEntry = defineResource<
  CronEntrySpec,
  FileState,
  CronEntryIdentity & Partial<CronEntrySpec>
>({
  type: 'cron',
  name: ({ name }) => name,
  check({ name, schedule, user, command }) {
    // cron(8), DEBIAN SPECIFIC: files of other names are ignored.
    if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
      throw new RangeError(
        `Cannot name a cron entry ${JSON.stringify(name)}: use letters, digits, '_' and '-'`,
      );
    }
    if (schedule !== undefined) checkSchedule(schedule);
    if (user !== undefined) checkAccountName(user);
    if (command !== undefined) escapeCommand(command);
  },
  questions: (spec) => [{ probe: pathProbe, subject: cronPath(spec) }],
  read: (spec) => readFile(cronPath(spec), isWhole(spec) ? contentOf(spec) : undefined),
  parse: (output, spec) =>
    parseFile(output, {
      path: cronPath(spec),
      content: isWhole(spec) ? contentOf(spec) : undefined,
      ownership: OWNERSHIP,
    }),
  desired: (spec) => fileState(contentOf(spec), OWNERSHIP),
  shown: shownFile,
  write: (spec) =>
    stageAndRename({
      path: cronPath(spec),
      ownership: OWNERSHIP,
      print: printContent(contentOf(spec)),
    }),
  remove: (spec) => sh`rm -f -- ${cronPath(spec)}`,
  owns: ({ name }) => [{ kind: 'cron', name }],
  // cron ignores the file, permanently, when it finds no such user.
  follows: ({ user }) => ['apt:packages', ...(user === undefined ? [] : [`user:${user}` as const])],
});

function isWhole(spec: CronEntryIdentity & Partial<CronEntrySpec>): spec is CronEntrySpec {
  return spec.schedule !== undefined && spec.command !== undefined;
}

/** The file of an entry. */
export function cronPath({ name }: CronEntryIdentity): string {
  return `/etc/cron.d/${name}`;
}

function contentOf({ schedule, user = 'root', command }: CronEntrySpec): string {
  return `PATH=${PATH}\n${checkSchedule(schedule)} ${user} ${escapeCommand(command)}\n`;
}

/**
 * crontab(5): an unescaped `%` ends the command, and `\%` is a `%`. cron pairs the backslashes
 * before a `%`, so an odd number of them can't be written.
 */
function escapeCommand(command: string): string {
  if (command.trim() === '' || hasControlCharacter(command)) {
    throw new RangeError(
      `Cannot run ${JSON.stringify(command)} by cron: expected one line without control characters`,
    );
  }
  if (/(?<!\\)\\(?:\\\\)*%/.test(command)) {
    throw new HintedError(
      `Cannot run ${JSON.stringify(command)} by cron: it has a backslash before a '%', which crontab(5) can't express`,
      { hint: 'put it in a script' },
    );
  }
  return command.replaceAll('%', '\\%');
}
