/** Options of sshd, in its own words (sshd_config(5)). */

/** A value: a list is of patterns, one an argument. */
export type SshValue = string | number | boolean | readonly string[];

/** The options that a section can name. Undefined: left as it is. */
export interface SshOptions {
  readonly passwordAuthentication?: boolean | undefined;
  readonly kbdInteractiveAuthentication?: boolean | undefined;
  readonly permitRootLogin?: boolean | 'prohibit-password' | 'forced-commands-only' | undefined;
  readonly allowUsers?: readonly string[] | undefined;
  readonly allowGroups?: readonly string[] | undefined;
  readonly maxAuthTries?: number | undefined;
  readonly maxSessions?: number | undefined;
  readonly loginGraceTime?: number | undefined;
  readonly clientAliveInterval?: number | undefined;
  readonly clientAliveCountMax?: number | undefined;
  readonly allowTcpForwarding?: boolean | 'local' | 'remote' | undefined;
  readonly allowAgentForwarding?: boolean | undefined;
  readonly x11Forwarding?: boolean | undefined;
  readonly logLevel?: 'INFO' | 'VERBOSE' | undefined;
}

/** A setting as sshd -T prints it. */
export interface SshSetting {
  /** In lower case. */
  readonly keyword: string;
  /** Several lines for a list. */
  readonly values: readonly string[];
  /** The lines of the file. */
  readonly lines: readonly string[];
}

/** What OpenSSH 8.4 (Debian 11) calls it; later it is another word for the same. */
const OLD_WORDS: Readonly<Record<string, string>> = {
  kbdInteractiveAuthentication: 'ChallengeResponseAuthentication',
};

/** sshd -T says it with the older word. */
const PRINTED: Readonly<Record<string, string>> = { 'prohibit-password': 'without-password' };

/**
 * The settings for options. Without passwords, none is asked for in the other way either, unless that is
 * declared: by PAM, both ask for the same one.
 */
export function sshSettings(options: SshOptions): readonly SshSetting[] {
  const { passwordAuthentication, kbdInteractiveAuthentication = passwordAuthentication } = options;
  const all = {
    ...options,
    ...(passwordAuthentication === false && { kbdInteractiveAuthentication }),
  };
  return Object.entries(all)
    .flatMap(([name, value]) => (value === undefined ? [] : [settingOf(name, value)]))
    .sort((one, other) => (one.keyword < other.keyword ? -1 : 1));
}

function settingOf(name: string, value: SshValue): SshSetting {
  const word = `${(name[0] ?? '').toUpperCase()}${name.slice(1)}`;
  const values = typeof value === 'object' ? value : [wordOf(value)];
  const words = [word, ...(OLD_WORDS[name] === undefined ? [] : [OLD_WORDS[name]])];
  return {
    keyword: name.toLowerCase(),
    values: values.map((one) => PRINTED[one] ?? one),
    lines: words.map((one) => `${one} ${values.join(' ')}`),
  };
}

function wordOf(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** The settings as sshd -T prints them, a line each. */
export function effectiveLines(settings: readonly SshSetting[]): readonly string[] {
  return settings.flatMap(({ keyword, values }) => values.map((value) => `${keyword} ${value}`));
}
