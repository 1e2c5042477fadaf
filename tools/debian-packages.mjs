/** What the tools need besides what the sandbox installs for itself. */
export const TOOLS = ['ca-certificates', 'git'];

/** What the tests need besides. */
export const TESTS = [
  'age',
  'ansible-core',
  'bash',
  'curl',
  'dash',
  // Vagrant with its containers, and the network that they need.
  'lxc',
  'openssh-server',
  'openssl',
  // An authority for certificates, with its DNS.
  'pebble',
  // Hosts in containers.
  'podman',
  // The developer's own, which a VM reaches through a tunnel.
  'postgresql',
  'procps',
  'python3',
  'runc',
  'shellcheck',
  'sudo',
  'vagrant',
  'vagrant-lxc',
];

/** What the tests of virtual machines need besides. */
export const MACHINES = [
  // To make the disk of a box.
  'e2fsprogs',
  'extlinux',
  'fdisk',
  'mount',
  'qemu-utils',
  // To run it.
  'dnsmasq-base',
  'iptables',
  'libvirt-clients',
  'libvirt-daemon',
  'libvirt-daemon-system',
  'qemu-system-x86',
  'vagrant-libvirt',
];

/** What a test with a browser needs besides; libnss3-tools to trust a root. */
export const BROWSER = ['chromium', 'fonts-dejavu-core', 'libnss3-tools'];
