import { hasVersion, RELEASES, type Release } from '@fairness-deploy/core/resources';

const PACKAGES = {
  nginx: 'nginx',
  postgresql: 'PostgreSQL',
  supervisor: 'Supervisor',
  certbot: 'certbot',
  git: 'git',
  python: 'Python',
  openssl: 'OpenSSL',
  sudo: 'sudo',
  systemd: 'systemd',
} as const satisfies Record<keyof Release['packages'], string>;

const TESTED: Readonly<Record<Release['tested'], string>> = {
  all: 'all tests on real hosts',
  main: 'the tests of provisioning, deployment and takeover on real hosts',
  'main by hand': 'those of Debian 11, by hand',
};

/** The page about the systems of hosts, from core's table. */
export function systemsPage(): string {
  return [
    '# Systems',
    'Made from `packages/core/src/system/releases.ts` by `npm run reference`.',
    "A host runs one of these releases. `plan`, `provision`, `deploy` and all other commands that change a host refuse another system before they do anything, and name it. Commands that only read go on, and `ping` and `status` warn. `ssh`, `db-console` and `db-tunnel` open the way to such a host, and `cancel` ends a job that runs there. `ID` and `VERSION_ID` of the host's `/etc/os-release` say which release it is: a derivative, or Debian testing, is another system.",
    table(
      ['', ...RELEASES.map(({ name }) => name)],
      [
        ['codename', ...RELEASES.map(({ codename }) => codename)],
        ...Object.entries(PACKAGES).map(([key, name]) => [
          name,
          // Sound: the keys are those of the versions.
          ...RELEASES.map(({ packages }) => packages[key as keyof typeof packages]),
        ]),
        ['tested', ...RELEASES.map(({ tested }) => TESTED[tested])],
      ],
    ),
    '## What follows from it',
    [
      `- \`nginx.brotli\` needs modules that ${names(({ brotli }) => brotli.length === 0)} do not have: the plan says so.`,
      `- \`nginx.http3\` needs nginx 1.25: of the releases' own packages, ${names((release) => hasVersion(release, 'nginx', '1.25'))} has it.`,
      `- Names that no site has are refused during the TLS handshake. Where nginx is older than 1.19.4 (${names((release) => !hasVersion(release, 'nginx', '1.19.4'))}), nginx closes the connection after the handshake, with a certificate that it makes for that.`,
      "- `postgres.version` takes PostgreSQL's own repository only where the release has another version.",
      `- Supervisor before 4.2.2 (${names((release) => !hasVersion(release, 'supervisor', '4.2.2'))}) can crash when a process ends by itself in the moment in which a deployment stops it. That deployment fails then, and systemd starts Supervisor again within a minute: deploy again.`,
      `- git before 2.31 (${names((release) => !hasVersion(release, 'git', '2.31'))}) gets the password of a repository in the same way as newer ones.`,
    ].join('\n'),
    '## Ubuntu',
    'The tests of provisioning, deployment and takeover were run by hand on hosts of both releases. They passed, except those that expect what only Debian has, such as `/etc/motd`. No script repeats them, as the sandbox has hosts of Debian only. Try an environment on a disposable host before you trust it.',
    "A schedule with a time zone (`07:00 Europe/Berlin`) needs the package `tzdata`, which Ubuntu's smallest images lack: add it to `server.packages`.",
  ].join('\n\n');
}

function names(which: (release: Release) => boolean): string {
  return RELEASES.filter(which)
    .map(({ name }) => name)
    .join(' and ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
