import { sh, type Script } from '@fairness-deploy/shell';
import type { Secret } from '@fairness-deploy/shell/secret';
import { closeHost, type Surroundings } from './close-host.js';

const SSH_PORT = 22;

/** How a disposable host is made like the real one. */
export interface Preparation extends Surroundings {
  /** The certificate that its programs trust, in PEM. */
  readonly root: string;
  /** The account that logs in, with the keys that root has. */
  readonly user: string;
  /** Whether it becomes root by sudo. */
  readonly sudo: boolean;
  /** The port of sshd on the real host, in its files. Default: 22. */
  readonly sshPort?: number;
  /** What sudo asks for. */
  readonly sudoPassword?: Secret;
}

/** Makes the login, and lets all real addresses and names lead to the stage. For root, on a new host. */
export function prepareHost(preparation: Preparation): Script {
  const { user, sudo, sudoPassword, root, sshPort = SSH_PORT } = preparation;
  return sh`
    set -eu
    # First of all: nothing of the environment is on the host yet.
    ${closeHost(preparation)}
    # Debian's package ca-certificates, which may come later, takes it from there: see update-ca-certificates(8).
    mkdir -p /usr/local/share/ca-certificates
    printf '%s' ${root} >/usr/local/share/ca-certificates/rehearsal.crt
    ! command -v update-ca-certificates >/dev/null || update-ca-certificates >/dev/null
    ${sshPort === SSH_PORT ? sh`:` : keepSshPort()}
    ${user === 'root' ? sh`:` : login(user, sudo, sudoPassword)}`;
}

/** The disposable host is reached by this port, also when the environment gives sshd another one: it has both then. */
function keepSshPort(): Script {
  return sh`
    printf 'Port %s\n' ${SSH_PORT} >/etc/ssh/sshd_config.d/00-rehearsal.conf
    systemctl reload ssh`;
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
