import { readFileSync } from 'node:fs';

/** The demo's environment on hosts of the sandbox. */
export function onSandbox({ application }, hosts) {
  return {
    ...permacoop(application),
    sandbox: {},
    hosts: Object.fromEntries(hosts.map((name) => [name, {}])),
  };
}

/** The demo's environment on hosts with an address. */
export function onHosts({ application }, hosts) {
  return { ...permacoop(application), hosts: addresses(hosts) };
}

/** So many resources, of the kinds that a server has most of. */
export function manyResources(count, hosts) {
  const names = Array.from({ length: count }, (_, at) => `/etc/bench-${count}-${at}`);
  const each = (kind, describe) =>
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
export function pinsOf(hosts) {
  return hosts
    .map(({ address, port, knownHostsFile }) =>
      readFileSync(knownHostsFile, 'utf8').replaceAll(
        /^\S+/gm,
        port === 22 ? address : `[${address}]:${port}`,
      ),
    )
    .join('');
}

function permacoop(repository) {
  return {
    extends: '../permacoop.yaml',
    // As environments/sandbox has it: the hosts reach the package registries only.
    application: {
      node: { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' },
    },
    release: { repository },
  };
}

function addresses(hosts) {
  return Object.fromEntries(
    hosts.map(({ address, port, user, identityFile }, at) => [
      `web-${at + 1}`,
      { address, port, user, identityFile },
    ]),
  );
}
