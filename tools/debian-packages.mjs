/** What running a Debian host on this machine needs; packages/sandbox says what for. */
export const SANDBOX = [
  'ca-certificates',
  'debian-archive-keyring',
  'debootstrap',
  'git',
  'iproute2',
  'mount',
  'nftables',
  'openssh-client',
  'systemd-container',
  'util-linux',
  'xz-utils',
];

/** What the tests need besides. */
export const TESTS = [
  'age',
  'ansible-core',
  'bash',
  'curl',
  'dash',
  'openssh-server',
  'procps',
  'python3',
  'shellcheck',
  'sudo',
];
