import { HintedError } from '@fairness-deploy/shell/text';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { defineResource } from '../resource/define-resource.js';
import { shownFile } from '../resource-parts/file-text.js';
import { CHECK_SSHD, checkKnownFile } from '../resource-parts/known-daemons.js';
import {
  keptPath,
  liveContent,
  liveState,
  parseLive,
  readLive,
  removeLive,
  writeLive,
  type LiveFile,
  type LiveFileState,
} from '../resource-parts/live-file.js';
import { MANAGED_NOTE } from '../resource-parts/managed-note.js';
import { pathProbe } from '../resource-parts/path-probe.js';
import { RELOAD_SSHD } from '../resource-parts/reload-sshd.js';
import { effectiveLines, sshSettings, type SshOptions } from '../resource-parts/ssh-options.js';
import { onTrial, PRINT_TRIAL, trialIn, type Trial } from '../resource-parts/trial.js';

/** The options of a host's sshd. */
export interface SshOptionsSpec {
  /** Undefined: of none, when the file is to be removed. */
  readonly options?: SshOptions;
}

interface State extends LiveFileState {
  /** What sshd makes of its whole configuration, for these options. */
  readonly effective: readonly string[] | undefined;
}

/** sshd takes the first value that it reads, and Debian's configuration reads this folder first. */
export const SSH_OPTIONS_FILE = '/etc/ssh/sshd_config.d/00-fairness-deploy.conf';

const ADDRESS = 'ssh:options';

/** A login that no Match block is for, as far as that can be known. */
const ANYBODY = 'user=nobody,host=host.invalid,addr=192.0.2.1,laddr=192.0.2.2,lport=22';

function textOf(options: SshOptions): string {
  const text = sshSettings(options).flatMap((setting) => setting.lines);
  return `# ${MANAGED_NOTE}\n${text.map((line) => `${line}\n`).join('')}`;
}

/** What is printed before the file, a line each, and what of the file. */
function partsOf(output: string): { readonly before: readonly string[]; readonly file: string } {
  const at = output.indexOf('file\n');
  const before = output.slice(0, at).split('\n');
  return { before: before.filter((line) => line !== ''), file: output.slice(at + 'file\n'.length) };
}

/** Prints the settings of some keywords, as sshd has them for anybody. */
function printEffective(options: SshOptions): Script {
  const words = sshSettings(options).map(({ keyword }) => keyword);
  return sh`
    [ -d /run/sshd ] || mkdir -m 0755 /run/sshd
    /usr/sbin/sshd -T -C ${ANYBODY} 2>/dev/null | grep -E ${`^(${words.join('|')}) `} | sort || :`;
}

/** Prints where else sshd's files set an option: the file, the line's number and the line. */
function printOthers(options: SshOptions): Script {
  const words = sshSettings(options).map(({ keyword }) => keyword);
  return sh`
    grep -inHE ${`^[[:space:]]*(${words.join('|')})[[:space:]=]`} /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null |
      grep -v ${`^${SSH_OPTIONS_FILE}:`} || :`;
}

const MATCH = 'match ';

/** Prints the lines of Match blocks that set an option, for some logins: they win there. */
function printMatches(options: SshOptions): Script {
  const words = sshSettings(options).map(({ keyword }) => keyword);
  const find = `FNR == 1 { block = 0 }
    tolower($1) == "match" { block = tolower($2) != "all" }
    block && index(words, " " tolower($1) " ") { printf "${MATCH}%s:%d:%s\\n", FILENAME, FNR, $0 }`;
  return sh`
    awk -v words=${` ${words.join(' ')} `} ${find} /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf 2>/dev/null || :`;
}

/** Fails when sshd takes another value from elsewhere, and says from where. */
function checkEffective(options: SshOptions): Script {
  const wanted = effectiveLines(sshSettings(options)).toSorted();
  return sh`
    fd_effective=$(${printEffective(options)})
    if [ "$fd_effective" != "$(printf '%s\n' ${wanted})" ]; then
      printf 'sshd would have:\n%s\n' "$fd_effective" >&2
      fd_others=$(${printOthers(options)})
      [ -z "$fd_others" ] || printf 'and its files say:\n%s\n' "$fd_others" >&2
      ${fail(
        `Cannot set the options of sshd: other lines of its configuration win over ${SSH_OPTIONS_FILE}, or it does not read that file`,
        'Remove those lines, or put this at the top of /etc/ssh/sshd_config: Include /etc/ssh/sshd_config.d/*.conf',
      )}
    fi`;
}

function live(options: SshOptions | undefined): LiveFile {
  return {
    path: SSH_OPTIONS_FILE,
    check: (staged) => checkKnownFile('sshd', SSH_OPTIONS_FILE, staged),
    load: lines(CHECK_SSHD, options === undefined ? sh`:` : checkEffective(options), RELOAD_SSHD),
  };
}

const trial: Omit<Trial, 'change'> = {
  address: ADDRESS,
  what: 'the options of sshd',
  old: 'the old options',
  paths: [SSH_OPTIONS_FILE, keptPath(SSH_OPTIONS_FILE)],
  restore: sh`if fd_is_up; then ${RELOAD_SSHD}; fi`,
  hint: 'See on the host why sshd refuses it: journalctl -u ssh -n 20; correct server.ssh, and run provision again',
};

/**
 * Options of sshd, in a file of their own, that sshd has loaded, and that no other file overrules. Running
 * sessions stay.
 */
export const sshOptions = defineResource<
  SshOptionsSpec & { readonly options: SshOptions },
  State,
  SshOptionsSpec
>({
  type: 'ssh',
  name: () => 'options',
  onTrial: true,
  questions: () => [{ probe: pathProbe, subject: SSH_OPTIONS_FILE }],
  read: ({ options }) => sh`
    ${PRINT_TRIAL}
    ${options === undefined ? sh`:` : lines(printMatches(options), printEffective(options))}
    echo file
    ${readLive(SSH_OPTIONS_FILE, options && textOf(options))}`,
  parse(output, { options }) {
    const { onTrial: tried, rest } = trialIn(output);
    if (tried !== undefined) {
      throw new HintedError(`Cannot tell the options of sshd: ${tried} is on trial`, {
        hint: 'Try again in a minute: the trial has ended then',
      });
    }
    const { before, file } = partsOf(rest);
    if (options === undefined && file === '') return undefined;
    return {
      ...parseLive(file, SSH_OPTIONS_FILE, options && textOf(options)),
      effective: options && before.filter((line) => !line.startsWith(MATCH)),
    };
  },
  notes: (output) =>
    partsOf(output).before.flatMap((line) =>
      line.startsWith(MATCH)
        ? [`For some logins, sshd has another value: ${line.slice(MATCH.length)}`]
        : [],
    ),
  desired: ({ options }) => ({
    ...liveState(textOf(options)),
    effective: effectiveLines(sshSettings(options)).toSorted(),
  }),
  shown: shownFile,
  owns: () => [{ kind: 'ssh-options', name: SSH_OPTIONS_FILE }],
  write: ({ options }) =>
    onTrial({
      ...trial,
      change: writeLive(live(options), liveContent(textOf(options))),
    }),
  remove: () => onTrial({ ...trial, change: removeLive(live(undefined)) }),
  tryLogin(_, { options }, ensure) {
    const copy = sh`"$fd_copy"${SSH_OPTIONS_FILE}`;
    if (ensure === 'absent' || options === undefined) return sh`rm -f -- ${copy}`;
    return sh`
      mkdir -p -- "$fd_copy"/etc/ssh/sshd_config.d
      printf '%s' ${textOf(options)} >${copy}`;
  },
  follows: () => ['apt:packages'],
});
