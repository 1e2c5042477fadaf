import { createHash } from 'node:crypto';
import { DEFAULT_RELEASE } from '@fairness-deploy/sandbox';
import type { Rehearsed } from '../state/state-folder.js';
import { nameOnStage } from './host-names.js';
import type { DebianRelease, WantedHost } from './stage-driver.js';

/** A virtual machine of a rehearsal. */
export interface StageMachine {
  /** Its name for Vagrant. */
  readonly name: string;
  readonly hostname: string;
  readonly release: DebianRelease;
  /** In bytes. */
  readonly memory?: number | undefined;
  /** Its address in the network that VirtualBox's machines share with this one. */
  readonly privateAddress: string;
}

const CPUS = 2;
const DEFAULT_MEMORY = 2 * 2 ** 30;

/** Public boxes for x86 and arm64; those of libvirt are others. */
const BOXES: Readonly<Record<DebianRelease, string>> = {
  bullseye: 'bento/debian-11',
  bookworm: 'bento/debian-12',
  trixie: 'bento/debian-13',
};
const BOXES_OF_LIBVIRT: Readonly<Record<DebianRelease, string>> = {
  bullseye: 'debian/bullseye64',
  bookworm: 'debian/bookworm64',
  trixie: 'debian/trixie64',
};

/** VirtualBox lets users have 192.168.56.0/21 (its manual, 6.7): rehearsals get the networks behind the first. */
const NETWORKS = { first: 57, count: 7 } as const;
const FIRST_ADDRESS = 11;

/** The machines of a rehearsal. Two rehearsals at a time rarely have the same network. */
export function machinesOf(
  { environment, workspace }: Rehearsed,
  hosts: readonly WantedHost[],
): readonly StageMachine[] {
  const digest = createHash('sha256')
    .update(JSON.stringify([workspace, environment]))
    .digest();
  const network = `192.168.${String(NETWORKS.first + ((digest[0] ?? 0) % NETWORKS.count))}`;
  return hosts.map(({ name, release = DEFAULT_RELEASE, memory }, at) => {
    const machine = nameOnStage(name, environment);
    return {
      ...{ name: machine, hostname: machine.split('.')[0] ?? machine, release, memory },
      privateAddress: `${network}.${String(FIRST_ADDRESS + at)}`,
    };
  });
}

/**
 * The Vagrantfile of a rehearsal's machines. They share nothing of this machine. With most providers, they reach
 * each other by the addresses that Vagrant reaches them by; VirtualBox's need a network of their own.
 *
 * @param box for all of them, in place of the public ones
 */
export function renderVagrantfile(
  machines: readonly StageMachine[],
  box: string | undefined,
): string {
  return `# The virtual machines of a rehearsal: its end removes them, and this file.
Vagrant.configure('2') do |config|
  config.vm.box_check_update = false
  config.ssh.insert_key = true
  config.ssh.forward_agent = false
  config.vm.synced_folder '.', '/vagrant', disabled: true
${machines.map((machine) => renderMachine(machine, box)).join('')}end
`;
}

function renderMachine(
  { name, hostname, release, memory = DEFAULT_MEMORY, privateAddress }: StageMachine,
  box: string | undefined,
): string {
  const size = String(Math.floor(memory / 2 ** 20));
  const cpus = String(CPUS);
  return `
  config.vm.define ${ruby(name)} do |machine|
    machine.vm.box = ${ruby(box ?? BOXES[release])}
    machine.vm.hostname = ${ruby(hostname)}
    machine.vm.provider 'virtualbox' do |vm, override|
      override.vm.network 'private_network', ip: ${ruby(privateAddress)}
      vm.memory = ${size}
      vm.cpus = ${cpus}
      vm.linked_clone = true
    end
    machine.vm.provider 'libvirt' do |vm, override|
      override.vm.box = ${ruby(box ?? BOXES_OF_LIBVIRT[release])}
      vm.memory = ${size}
      vm.cpus = ${cpus}
    end
    machine.vm.provider 'parallels' do |vm|
      vm.memory = ${size}
      vm.cpus = ${cpus}
    end
    %w[vmware_desktop vmware_fusion vmware_workstation].each do |provider|
      machine.vm.provider provider do |vm|
        vm.vmx['memsize'] = ${ruby(size)}
        vm.vmx['numvcpus'] = ${ruby(cpus)}
      end
    end
  end
`;
}

/** A text in single quotes: Ruby interpolates nothing there. */
function ruby(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
