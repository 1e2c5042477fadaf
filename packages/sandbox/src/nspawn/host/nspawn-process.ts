import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { cgroupProcesses, createCgroup, killCgroup, removeCgroup } from '../../system/cgroups.js';
import { systemPath } from '../../system/command.js';
import { accepts } from '../../system/accepts.js';
import { namespacePath } from '../network/attachment.js';
import { paths } from '../../system/paths.js';
import { identify, isAlive, type ProcessIdentity } from '../../system/process-identity.js';
import { HintedError } from '@fairness-deploy/shell/text';
import type { HostRecord } from '../records/host-record.js';

/**
 * Enters the groups named before `--`, then runs the command after it. It has mounts of its own,
 * without the other hosts' disks: a container keeps all mounts of the machine at its start, and
 * those disks could be neither unmounted nor used again before it ends. systemd-nspawn with
 * --keep-unit ends with 133 when the container asks for a reboot.
 */
const starter = `
own=$1; shift
while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done
shift
while read -r source target rest; do
  case $source in fdsb-*) [ "$target" = "$own" ] || umount -l "$target" ;; esac
done < /proc/self/mounts
while :; do "$@"; status=$?; [ "$status" -eq 133 ] || exit "$status"; done
`;

/** Starts the container of a host whose disk and network are ready; it outlives this process. */
export async function startNspawn(record: HostRecord): Promise<ProcessIdentity> {
  const { root, console: consoleFile } = paths.host(record.id);
  const groups = await createCgroup(record.id, record.memory);
  const log = openSync(consoleFile, 'a', 0o600);
  const args = [
    'systemd-nspawn',
    '--quiet',
    '--boot',
    `--directory=${root}`,
    `--machine=${record.id}`,
    `--network-namespace-path=${namespacePath(record.number)}`,
    '--register=no',
    '--keep-unit',
    // For firewalls within.
    '--capability=CAP_NET_ADMIN',
    '--console=read-only',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--settings=no',
    // Its disk lives no longer than the machine does: waiting for it to be written is lost time.
    '--suppress-sync=yes',
  ];
  const shell = ['sh', '-c', starter, 'sandbox-starter', root, ...groups, '--', ...args];
  const child = spawn('unshare', ['--mount', '--propagation', 'private', ...shell], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    // Debian 12 has /tmp on its disk.
    env: { PATH: systemPath, LANG: 'C.UTF-8', SYSTEMD_NSPAWN_TMPFS_TMP: '0' },
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) {
    throw new HintedError(
      `Cannot start host "${record.name}": its starter ended at once\n${consoleTail(record.id)}`,
    );
  }
  return identity;
}

/**
 * Waits until the host's sshd greets.
 * @throws HintedError when the container ends, or after 60 seconds, with the console's last lines.
 */
export async function waitForSsh(record: HostRecord, address: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await accepts(address, 22, 'SSH-'))) {
    const alive = isAlive(record.starter);
    if (!alive || Date.now() > deadline) {
      throw new HintedError(
        `Cannot start host "${record.name}": ${alive ? `no ssh on ${address} after 60 s` : 'it ended while booting'}; its console said last:\n${consoleTail(record.id)}`,
      );
    }
    await sleep(15);
  }
}

/** Kills the container and all processes in it at once, like a power cut. */
export async function killNspawn(record: HostRecord): Promise<void> {
  // The starter goes first, or it would treat the end as a reboot.
  const init = containerInit(record.id);
  const first = isAlive(record.starter) && record.starter !== undefined ? [record.starter.pid] : [];
  await killCgroup(record.id, init === undefined ? first : [...first, init]);
  await removeCgroup(record.id);
}

/** Asks the container's systemd to power off (systemd(1): SIGRTMIN+4) and waits until it has. */
export async function shutDownNspawn(record: HostRecord): Promise<void> {
  const init = containerInit(record.id);
  const rtmin = 34;
  if (init !== undefined) process.kill(init, rtmin + 4);
  const deadline = Date.now() + 20_000;
  while (isAlive(record.starter) && Date.now() < deadline) await sleep(20);
  await killNspawn(record);
}

/** The machine's pid of the container's process 1. */
function containerInit(id: string): number | undefined {
  return cgroupProcesses(id).find((pid) => {
    try {
      return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

function consoleTail(id: string): string {
  try {
    const text = stripVTControlCharacters(readFileSync(paths.host(id).console, 'utf8'));
    return text.trim().split(/\r?\n/).slice(-15).join('\n');
  } catch {
    return '(nothing)';
  }
}
