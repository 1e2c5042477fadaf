import { isIPv4 } from 'node:net';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';

/** The names and addresses that lead to a host of the stage. */
export interface Place {
  /** The address on the stage. */
  readonly address: string;
  /** The real address: an IP address, or a name. */
  readonly real: string;
  /** Domains that it serves. */
  readonly domains: readonly string[];
}

/** How a disposable host is made like the real one. */
export interface Preparation {
  /** The account that logs in, with the keys that root has. */
  readonly user: string;
  /** Whether it becomes root by sudo. */
  readonly sudo: boolean;
  /** What sudo asks for. */
  readonly sudoPassword?: Secret;
  readonly own: Place;
  readonly others: readonly Place[];
}

/** Makes the login, and lets all real addresses and names lead to the stage. For root, on a new host. */
export function prepareHost({ user, sudo, sudoPassword, own, others }: Preparation): Script {
  return sh`
    set -eu
    ${user === 'root' ? sh`:` : login(user, sudo, sudoPassword)}
    ${lines(...(isRoutable(own.real) ? [sh`ip address replace ${`${own.real}/32`} dev lo`] : []))}
    ${lines(
      ...others
        .filter(({ real, address }) => isRoutable(real) && real !== address)
        .map(({ real, address }) => sh`ip route replace ${`${real}/32`} via ${address}`),
    )}
    printf '%s\n' ${hostsLines([own, ...others])} >>/etc/hosts`;
}

function login(user: string, sudo: boolean, password: Secret | undefined): Script {
  const rule = `${user} ALL=(ALL:ALL) ${password === undefined ? 'NOPASSWD:' : ''}ALL`;
  return sh`
    id -u -- ${user} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash -- ${user}
    fd_home=$(getent passwd ${user} | cut -d: -f6)
    install -d -m 0700 -o ${user} -g "$(id -g -- ${user})" "$fd_home/.ssh"
    install -m 0600 -o ${user} -g "$(id -g -- ${user})" /root/.ssh/authorized_keys "$fd_home/.ssh/authorized_keys"
    ${password === undefined ? sh`:` : sh`printf '%s:%s\n' ${user} ${password} | chpasswd`}
    ${sudo ? sh`printf '%s\n' ${rule} >/etc/sudoers.d/90-login && chmod 0440 /etc/sudoers.d/90-login` : sh`:`}`;
}

/** Not an address that every host has for itself. IPv6 has no way out of the stage. */
function isRoutable(address: string): boolean {
  return isIPv4(address) && !/^(?:127|0)\./.test(address);
}

/** Lines of /etc/hosts (hosts(5)): the first one with a name counts. */
function hostsLines(places: readonly Place[]): string {
  return places
    .map(({ address, real, domains }) => {
      const names = [...(/[a-z]/i.test(real) && !real.includes(':') ? [real] : []), ...domains];
      return names.length === 0 ? '' : `${address}\t${names.join(' ')}`;
    })
    .filter((line) => line !== '')
    .join('\n');
}
