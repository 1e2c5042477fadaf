/** Vagrant's provider libvirt: virtual machines, run by a libvirtd of the test's own. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { execute } from './execute.js';
import { makeLibvirtBox } from './libvirt-box.js';
import type { TestProvider } from './provider.js';
import type { UndoList } from './undo-list.js';

const START_TIMEOUT_SECONDS = 60;

/** No other daemon of libvirt runs, and nothing is confined: see the comments in libvirt's own files. */
const DAEMON = `auth_unix_rw = "none"
auth_unix_ro = "none"
`;
const MACHINES = `user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
`;

/** The folders of libvirt, each bound to one of the test's: a libvirtd of this machine keeps its own. */
const START = `
set -eu
for each in etc lib cache run; do
  case $each in
    etc) at=/etc/libvirt ;;
    run) at=/run/libvirt ;;
    *) at=/var/$each/libvirt ;;
  esac
  mkdir -p "$at"
  mount --bind "$0/$each" "$at"
done
exec libvirtd --config "$0/etc/libvirtd.conf" --pid-file "$0/pid"`;

/** The machines and networks end before the daemon. */
const STOP = `
for each in $(virsh -c "$1" list --name); do virsh -c "$1" destroy "$each"; done
for each in $(virsh -c "$1" net-list --name); do virsh -c "$1" net-destroy "$each"; done
pid=$(cat "$0/pid") || exit 0
grep -qx libvirtd "/proc/$pid/comm" || exit 0
kill "$pid"
# The test waits for this, and so cannot yet see its child's end.
while grep -q '^State:.[^Z]' "/proc/$pid/status"; do sleep 0.1; done`;

export const LIBVIRT: TestProvider = {
  name: 'libvirt',
  halted: 'shutoff',
  async prepare(home, undo) {
    const uri = await startDaemon(join(home, 'libvirt'), undo);
    return { box: await makeLibvirtBox(home), variables: { LIBVIRT_DEFAULT_URI: uri } };
  },
};

/** @returns the URI of its socket. @throws Error when it does not answer. */
async function startDaemon(folder: string, undo: UndoList): Promise<string> {
  for (const part of ['etc', 'lib', 'cache', 'run']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'etc/libvirtd.conf'), DAEMON);
  writeFileSync(join(folder, 'etc/qemu.conf'), MACHINES);
  const uri = `qemu+unix:///system?socket=${join(folder, 'run/libvirt-sock')}`;
  undo.add(['sh', '-c', STOP, folder, uri]);
  const log = openSync(join(folder, 'log'), 'a');
  // It stays when the test is killed: the next test ends its machines by it.
  const daemon = spawn('unshare', ['--mount', 'sh', '-c', START, folder], {
    detached: true,
    env: childEnvironment(),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  daemon.unref();
  const end = performance.now() + START_TIMEOUT_SECONDS * 1000;
  for (;;) {
    try {
      execute('virsh', ['-c', uri, 'version']);
      return uri;
    } catch (cause) {
      if (performance.now() > end || daemon.exitCode !== null) {
        throw new Error(`Cannot start libvirtd:\n${execute('cat', [join(folder, 'log')])}`, {
          cause,
        });
      }
      await sleep(100);
    }
  }
}
