/** A box of Vagrant for its provider libvirt: a whole machine, with a kernel and a boot loader. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withBoxRoot } from './box-root.js';
import { execute } from './execute.js';

/** In GiB. */
const DISK_SIZE = 8;

/** Where its only partition begins, in bytes: sector 2048. */
const PARTITION_START = 1 << 20;

/** Debian's package extlinux has it: the code of the master boot record. */
const BOOT_RECORD = '/usr/lib/EXTLINUX/mbr.bin';

/** The boot loader reads no newer ext4 (extlinux 6.03). */
const FEATURES = '^64bit,^metadata_csum';

/** The network of the machines: one that no libvirt has by itself. */
const NETWORK = '192.168.179.0/24';
/** This machine in it: its dnsmasq answers for names. */
const NETWORK_ADDRESS = '192.168.179.1';

/** Packages are slow to install in an emulated machine. */
const PACKAGES = ['linux-image-cloud-amd64', 'python3'];

/** Software emulation: it runs on every machine, also within another virtual one. */
const VAGRANTFILE = `Vagrant.configure('2') do |config|
  config.vm.boot_timeout = 900
  config.vm.provider 'libvirt' do |vm|
    vm.driver = 'qemu'
    vm.cpu_mode = 'custom'
    vm.cpu_model = 'qemu64'
    vm.management_network_name = 'fairness-deploy-test'
    vm.management_network_address = '${NETWORK}'
    vm.graphics_type = 'none'
  end
end
`;

/**
 * Makes a box: `libvirt.box` in the folder.
 *
 * @returns its path
 * @throws Error when a program fails.
 */
export async function makeLibvirtBox(folder: string): Promise<string> {
  const box = join(folder, 'libvirt.box');
  const contents = { nameserver: NETWORK_ADDRESS, packages: PACKAGES };
  await withBoxRoot(folder, contents, (root, work) => {
    const disk = join(work, 'disk');
    makeDisk(root, work, disk);
    execute('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk, join(work, 'box.img')]);
    const metadata = { provider: 'libvirt', format: 'qcow2', virtual_size: DISK_SIZE };
    writeFileSync(join(work, 'metadata.json'), JSON.stringify(metadata));
    writeFileSync(join(work, 'Vagrantfile'), VAGRANTFILE);
    execute('tar', ['-C', work, '-cf', box, 'metadata.json', 'Vagrantfile', 'box.img']);
  });
  return box;
}

/** A disk with one partition that starts the kernel of the root. */
function makeDisk(root: string, work: string, disk: string): void {
  execute('truncate', ['--size', `${String(DISK_SIZE)}G`, disk]);
  execute('sh', ['-c', 'echo 2048,,L,* | sfdisk --quiet "$0"', disk]);
  execute('dd', [`if=${BOOT_RECORD}`, `of=${disk}`, 'conv=notrunc', 'status=none']);
  const offset = String(PARTITION_START);
  const device = execute('losetup', ['--find', '--show', '--offset', offset, disk]).trim();
  const mounted = join(work, 'mounted');
  mkdirSync(mounted);
  try {
    execute('mkfs.ext4', ['-q', '-O', FEATURES, device]);
    execute('mount', [device, mounted]);
    try {
      execute('cp', ['--archive', `${root}/.`, mounted]);
      writeFileSync(join(mounted, 'boot/extlinux.conf'), bootMenu(join(mounted, 'boot')));
      execute('extlinux', ['--install', join(mounted, 'boot')]);
    } finally {
      execute('umount', [mounted]);
    }
  } finally {
    execute('losetup', ['--detach', device]);
  }
}

function bootMenu(boot: string): string {
  const [kernel = '', initrd = ''] = ['vmlinuz-', 'initrd.img-'].map((prefix) =>
    readdirSync(boot).find((name) => name.startsWith(prefix)),
  );
  return `DEFAULT debian
LABEL debian
  LINUX /boot/${kernel}
  INITRD /boot/${initrd}
  APPEND root=/dev/vda1 rw net.ifnames=0 console=ttyS0 quiet
`;
}
