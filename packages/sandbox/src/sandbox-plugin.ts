import {
  HostGoneError,
  type Environment,
  type Host,
  type Plugin,
  type PluginIssue,
} from '@fairness-deploy/core';
import type { Issue } from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import { hostKey, isHostName, MOST_CHARACTERS } from './driver/host-id.js';
import { findHost, needsGateway } from './drivers.js';
import { gateway } from './gateway/endpoint.js';
import { sandboxSchema, type SandboxSection } from './section.js';

/** The deployment plugin: an environment with a `sandbox` section has its hosts on this machine. */
export const plugin: Plugin<SandboxSection> = {
  section: 'sandbox',
  schema: sandboxSchema,
  validate: ({ ports }, { name, workspace, hosts }) => [
    ...hosts.flatMap((host) => badName(host, hostKey(name, host.name, workspace).name)),
    ...hosts.flatMap(unusedSettings),
    ...(ports !== undefined && hosts.length > 1 ? [sharedPorts(hosts)] : []),
  ],
  /** @throws HintedError when the host isn't up. */
  async target(host, environment) {
    const up = await findHost(hostKey(environment.name, host.name, environment.workspace));
    if (up?.status !== 'running') {
      const ItsError = up === undefined ? HostGoneError : HintedError;
      throw new ItsError(
        `Cannot reach host "${host.name}": the sandbox of "${environment.name}" isn't up`,
        { hint: `npx nx run ${environment.name}:up` },
      );
    }
    const { address, port, user, identityFile, knownHostsFile, publishedPorts } = up;
    return { address, port, user, identityFile, knownHostsFile, publishedPorts };
  },
  nodeMirror: (environment) =>
    keysOf(environment).some(needsGateway) ? gateway.nodeMirror : undefined,
};

const keysOf = ({ name, workspace, hosts }: Environment) =>
  hosts.map((host) => hostKey(name, host.name, workspace));

/** @param name of the sandbox host: the name of the host with that of the environment */
function badName(host: Host, name: string): readonly PluginIssue[] {
  if (isHostName(name)) return [];
  const why =
    name.length > MOST_CHARACTERS
      ? `has ${String(name.length)} characters, expected at most ${String(MOST_CHARACTERS)}`
      : 'is no host name: expected lower-case letters, digits, - and .';
  return [
    {
      ...{ within: 'hosts', path: [host.name] },
      message: `its name in the sandbox, ${name}, ${why}`,
      hint: 'give the host or the environment another name',
    },
  ];
}

/** A sandbox host has an address, a port and a key of its own, and root logs in. */
function unusedSettings(host: Host): readonly PluginIssue[] {
  return (['user', 'port', 'identityFile'] as const)
    .filter((key) => host[key] !== undefined)
    .map((key) => ({
      ...{ within: 'hosts', path: [host.name, key] },
      message: 'it has no effect on a host of the sandbox',
      hint: `remove "${key}": the sandbox sets it`,
    }));
}

/** One port of this machine leads to one host. */
const sharedPorts = (hosts: readonly Host[]): Issue => ({
  path: ['ports'],
  message: `a port of this machine can lead to one host only, and there are ${String(hosts.length)}`,
  hint: 'remove "ports": 22, 80 and 443 of each host get free ports by themselves',
});
