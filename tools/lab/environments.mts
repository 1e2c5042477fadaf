import { readFileSync } from 'node:fs';
import { type SandboxHost } from '@fairness-deploy/sandbox';

/** The demo's environment on hosts of the sandbox. */
export function onSandbox(repository: string, hosts: readonly string[]) {
  return {
    ...demo(repository),
    sandbox: {},
    hosts: Object.fromEntries(hosts.map((name) => [name, {}])),
  };
}

/** The demo's environment on one host of the sandbox, with its database there. */
export function withDatabase(repository: string) {
  return {
    extends: '../demo.yaml',
    application: { node: NODE },
    release: { repository },
    postgres: { mode: 'local', server: { memory: '256MB' }, backups: {} },
    sandbox: {},
    hosts: { web: {} },
  };
}

/** The demo's environment on hosts with an address. */
export function onHosts(repository: string, hosts: readonly SandboxHost[]) {
  return { ...demo(repository), hosts: addresses(hosts) };
}

/** So many resources, of the kinds that a server has most of. */
export function manyResources(count: number, hosts: readonly SandboxHost[]) {
  const names = Array.from(
    { length: count },
    (_, at) => `/etc/bench-${String(count)}-${String(at)}`,
  );
  const each = <T,>(kind: number, describe: (name: string) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(
      names.filter((_, at) => at % 5 === kind).map((name) => [name, describe(name)]),
    );
  return {
    hosts: addresses(hosts),
    server: {
      directories: each(0, () => ({ mode: '0750' })),
      files: {
        ...each(1, (name) => ({ content: `This is ${name}.\n` })),
        ...each(2, (name) => ({ content: `${name}\n`.repeat(50), mode: '0600' })),
        ...each(3, (name) => ({ content: `PATH=${name}\n` })),
      },
      links: each(4, () => '/etc/hostname'),
    },
  };
}

/** The hosts' keys, pinned for their addresses. */
export function pinsOf(hosts: readonly SandboxHost[]): string {
  return hosts
    .map(({ address, port, knownHostsFile }) =>
      readFileSync(knownHostsFile, 'utf8').replaceAll(
        /^\S+/gm,
        port === 22 ? address : `[${address}]:${String(port)}`,
      ),
    )
    .join('');
}

/** As environments/sandbox has it: the hosts reach the package registries only. */
const NODE = { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' };

/** Without these, the API keeps its data in memory. */
const WITHOUT = Object.fromEntries(
  ['HOST', 'PORT', 'USERNAME', 'PASSWORD', 'NAME', 'TLS', 'CA'].map((name) => [`DB_${name}`, null]),
);

/** Without its database, which most measurements need not wait for. */
function demo(repository: string) {
  return {
    extends: '../demo.yaml',
    application: { node: NODE, processes: { api: { env: WITHOUT } } },
    release: { repository, migrate: null, migrations: null },
  };
}

/** An environment's `hosts`, named `web-1` and so on. */
export function addresses(hosts: readonly SandboxHost[]) {
  return Object.fromEntries(
    hosts.map(({ address, port, user, identityFile }, at) => [
      `web-${String(at + 1)}`,
      { address, port, user, identityFile },
    ]),
  );
}
