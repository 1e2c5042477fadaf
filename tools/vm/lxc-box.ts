/** A box of Vagrant for its provider lxc. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBoxRoot } from './box-root.js';
import { execute } from './execute.js';

/** The address of lxc-net's bridge, whose dnsmasq answers for names. */
const BRIDGE_ADDRESS = '10.0.3.1';

/** The containers of all boxes of tests are in this group (lxc.container.conf(5)). */
export const LXC_GROUP = 'fairness-deploy-test';

const CONFIGURATION = `lxc.include = /usr/share/lxc/config/common.conf
lxc.tty.dir =
lxc.arch = ${process.arch === 'arm64' ? 'arm64' : 'amd64'}
lxc.apparmor.profile = unconfined
lxc.group = ${LXC_GROUP}
`;

/** Writes the format of gzip without compressing: the plugin wants the format only. */
const STORE = `node -e "process.stdin.pipe(require('node:zlib').createGzip({ level: 0 })).pipe(process.stdout)"`;

/** What nobody reads in a test. */
const LEFT_OUT = ['doc', 'info', 'locale', 'man'].map(
  (name) => `--exclude=./root/usr/share/${name}/*`,
);

/**
 * Makes a box: `lxc.box` in the folder.
 *
 * @returns its path
 * @throws Error when a program fails.
 */
export async function makeLxcBox(folder: string): Promise<string> {
  const box = join(folder, 'lxc.box');
  await withBoxRoot(folder, { nameserver: BRIDGE_ADDRESS }, (root, work) => {
    const archive = join(work, 'rootfs.tar.gz');
    execute('tar', ['-C', join(root, '..'), '-I', STORE, ...LEFT_OUT, '-cf', archive, './root']);
    writeFileSync(join(work, 'lxc-config'), CONFIGURATION);
    writeFileSync(join(work, 'metadata.json'), '{"provider":"lxc","version":"1.0.0"}');
    execute('tar', ['-C', work, '-cf', box, 'metadata.json', 'rootfs.tar.gz', 'lxc-config']);
  });
  return box;
}
