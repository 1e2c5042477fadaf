import { BlockList, isIP } from 'node:net';
import { type Failure } from '@fairness-deploy/shell/text';
import { matchesPatterns } from '@fairness-deploy/shell';

/** sshd's view of its configuration for one connection. */
export interface SshdView {
  /** The groups of the user. */
  readonly groups: readonly string[];
  /** How the connection came to the host; undefined: not over SSH. */
  readonly connection:
    { readonly address: string; readonly local: string; readonly port: string } | undefined;
  /** The output of `sshd -T`: `permitrootlogin no`. */
  readonly lines: readonly string[];
  /** Whether sshd could not start with it. */
  readonly broken: boolean;
}

type Values = readonly string[];

/** The settings that a login by a key needs, by sshd's keywords (sshd_config(5)). */
const RULES: Readonly<
  Record<string, (values: Values, user: string, view: SshdView, before: Values) => boolean>
> = {
  pubkeyauthentication: ([value]) => value === 'yes',
  permitrootlogin: ([value = ''], user) =>
    user !== 'root' || ['yes', 'prohibit-password', 'without-password'].includes(value),
  port: (values, _, { connection }) => !connection || values.includes(connection.port),
  allowusers: (values, user, view) => values.length === 0 || matchesUser(values, user, view),
  denyusers: (values, user, view) => !matchesUser(values, user, view),
  allowgroups: (values, _, { groups }) =>
    values.length === 0 || groups.some((group) => matchesPatterns(group, values)),
  denygroups: (values, _, { groups }) => !groups.some((group) => matchesPatterns(group, values)),
  authenticationmethods: (values, ...rest) =>
    values.some((value) => ['any', 'publickey'].includes(value)) || same(values, ...rest),
  forcecommand: (values, ...rest) => values[0] === 'none' || same(values, ...rest),
  chrootdirectory: (values, ...rest) => values[0] === 'none' || same(values, ...rest),
  authorizedkeysfile: same,
  authorizedkeyscommand: same,
  trustedusercakeys: same,
  authorizedprincipalsfile: same,
  authorizedprincipalscommand: same,
  revokedkeys: same,
  // Without PAM, sshd refuses an account whose password is locked.
  usepam: same,
  strictmodes: ([value], ...rest) => value === 'no' || same([value ?? ''], ...rest),
  pubkeyauthoptions: ([value], ...rest) => value === 'none' || same([value ?? ''], ...rest),
  maxsessions: ([value]) => value !== '0',
  refuseconnection: ([value]) => value !== 'yes',
  addressfamily: ([value], _, { connection }) =>
    !connection || value === 'any' || value === (isIP(connection.local) === 6 ? 'inet6' : 'inet'),
  ciphers: keepsOne,
  macs: keepsOne,
  kexalgorithms: keepsOne,
  hostkeyalgorithms: keepsKeyTypes,
  pubkeyacceptedalgorithms: keepsKeyTypes,
  requiredrsasize: ([value], _user, _view, [before]) => Number(value) <= Number(before),
  // More of them do no harm: only the pinned ones must stay.
  hostkey: (values, _user, _view, before) => before.every((value) => values.includes(value)),
  listenaddress: (values, _user, { connection }, before) =>
    before.join() === values.join() ||
    !connection ||
    values.some((value) =>
      ['0.0.0.0', '[::]', connection.local, `[${connection.local}]`].includes(
        value.replace(/:\d+$/, ''),
      ),
    ),
};

/**
 * Why sshd would refuse the login of a user whom it accepts now.
 *
 * @param loads whether the plan makes sshd load its files: they may keep the user out already, though sshd
 *   itself does not
 * @returns undefined when it would accept it.
 */
export function sshdRefusal(
  before: SshdView,
  after: SshdView,
  user: string,
  loads = false,
): Failure | undefined {
  if (!before.connection || before.broken) return undefined;
  if (after.broken) {
    return {
      message: `sshd refuses its configuration then: ${after.lines.at(-1) ?? 'see sshd -t'}`,
      hint: 'Correct the file; sshd_config(5) has the settings',
    };
  }
  const [now, then] = [keywords(before.lines), keywords(after.lines)];
  for (const [keyword, admits] of Object.entries(RULES)) {
    const [values, known] = [then.get(keyword) ?? [], now.get(keyword) ?? []];
    const isSame = values.join('\n') === known.join('\n');
    // An older sshd does not know every keyword.
    const asBefore = !loads || values.length === 0;
    if (isSame && asBefore && before.groups.join() === after.groups.join()) continue;
    if (admits(values, user, after, known)) continue;
    if (!loads && !admits(known, user, before, known)) continue;
    const change = isSame
      ? `${said(known)}, in its files, which it has not loaded yet`
      : `${said(known)} → ${said(values)}`;
    return {
      message: `sshd would refuse ${user}, as which this connection logged in: ${keyword} ${change}`,
      hint: `Keep this setting for ${user}, or log in as another user first (hosts.<host>.user)`,
    };
  }
  return undefined;
}

function said(values: Values): string {
  return values.length === 0 ? '(none)' : values.join(' ');
}

function same(values: Values, _user: string, _view: SshdView, before: Values): boolean {
  return values.join('\n') === before.join('\n');
}

/**
 * Lists are often narrowed on purpose, and which algorithm a connection uses is not known here.
 * When none of the earlier ones remains, no client that got in is sure to get in again.
 */
function keepsOne(values: Values, _user: string, _view: SshdView, before: Values): boolean {
  return algorithms(values).some((value) => algorithms(before).includes(value));
}

/** Clients may have one pinned key of the host, and one key of their own, of any type. */
function keepsKeyTypes(values: Values, _user: string, _view: SshdView, before: Values): boolean {
  const types = new Set(algorithms(values).flatMap(keyType));
  return algorithms(before)
    .flatMap(keyType)
    .every((type) => types.has(type));
}

function algorithms(values: Values): Values {
  return values.flatMap((value) => value.split(','));
}

/** RSA keys sign with either; certificates and SHA-1 are no types of their own. */
function keyType(algorithm: string): Values {
  if (algorithm.includes('-cert-') || algorithm === 'ssh-rsa') return [];
  return [algorithm.replace(/^rsa-sha2-.*/, 'rsa')];
}

/** Several lines of one keyword are one list, as several words are; sshd -T prints them in lower case. */
function keywords(lines: Values): ReadonlyMap<string, Values> {
  const found = new Map<string, Values>();
  for (const line of lines) {
    const at = line.indexOf(' ');
    if (at === -1) continue;
    const keyword = line.slice(0, at);
    found.set(keyword, [...(found.get(keyword) ?? []), ...line.slice(at + 1).split(' ')]);
  }
  return found;
}

/** sshd_config(5), AllowUsers: USER or USER@HOST, where HOST may be a network. */
function matchesUser(patterns: Values, user: string, { connection }: SshdView): boolean {
  const users = patterns.filter((pattern) => {
    const at = pattern.lastIndexOf('@');
    return at === -1 || (connection && matchesAddress(connection.address, pattern.slice(at + 1)));
  });
  return matchesPatterns(
    user,
    users.map((pattern) => pattern.replace(/@[^@]*$/, '')),
  );
}

function matchesAddress(address: string, pattern: string): boolean {
  const [network = '', prefix] = pattern.split('/');
  if (prefix === undefined) return matchesPatterns(address, [pattern]);
  const version = isIP(network);
  if (version === 0 || version !== isIP(address)) return false;
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(prefix), type);
  } catch {
    return false;
  }
  return list.check(address, type);
}
