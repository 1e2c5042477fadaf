/** What Vagrant says of its machines, parsed strictly. */
import { isAbsolute } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';

/** How to reach a machine. */
export interface MachineAddress {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Absolute path of the private key. */
  readonly identityFile: string;
}

/** Those that decide how it is reached. */
const USED = ['HostName', 'Port', 'User', 'IdentityFile'] as const;

/** In characters. */
const LONGEST = 65_536;

/**
 * Parses what `vagrant ssh-config <machine>` prints (Vagrant's templates/commands/ssh_config/config.erb): a line
 * `Host`, and indented lines of a key and a value. Its `StrictHostKeyChecking no` is not used.
 *
 * @throws HintedError when it is anything else.
 */
export function parseSshConfig(text: string, machine: string): MachineAddress {
  const [first = '', ...lines] = text
    .slice(0, LONGEST + 1)
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split('\n');
  if (text.length > LONGEST) throw unreadable(machine, 'it is too long');
  if (first !== `Host ${machine}`) throw unreadable(machine, 'it does not begin with the machine');
  const values = new Map<string, string[]>();
  for (const [at, line] of lines.entries()) {
    const [, key, quoted, plain] = /^ +([A-Za-z]+) (?:"([^"]*)"|([^"].*))$/.exec(line) ?? [];
    const value = quoted ?? plain;
    if (key === undefined || value === undefined || /\p{Cc}/u.test(value)) {
      throw unreadable(machine, `line ${String(at + 2)} is not a key and a value`);
    }
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  if (values.has('ProxyCommand')) {
    throw unreadable(machine, 'it has a ProxyCommand, which is not run here');
  }
  const [address, port, user, identityFile] = USED.map((key) => {
    const [value, ...others] = values.get(key) ?? [];
    // Before a VM has a key of its own, there are several.
    if (value === undefined || (others.length > 0 && key !== 'IdentityFile')) {
      throw unreadable(machine, `it has ${value === undefined ? 'no' : 'several'} ${key}`);
    }
    return value;
  }) as [string, string, string, string];
  if (!/^[\p{L}\p{N}_:.][\p{L}\p{N}_:.%-]*$/u.test(address)) {
    throw unreadable(machine, 'its HostName is no host name or address');
  }
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    throw unreadable(machine, 'its Port is no port');
  }
  if (!/^[a-z_][a-z0-9_-]{0,31}$/i.test(user))
    throw unreadable(machine, 'its User is no user name');
  if (!isAbsolute(identityFile)) throw unreadable(machine, 'its IdentityFile is no absolute path');
  return { address, port: Number(port), user, identityFile };
}

function unreadable(machine: string, why: string): HintedError {
  return new HintedError(`Cannot use the answer of "vagrant ssh-config ${machine}": ${why}`, {
    hint: `see it in the folder of the Vagrantfile: vagrant ssh-config ${machine}`,
  });
}
