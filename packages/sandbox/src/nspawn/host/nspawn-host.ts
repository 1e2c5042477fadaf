import type { ListedHost, SandboxHost } from '../../driver/sandbox-host.js';
import type { DebianRelease } from '../../machine/registries.js';
import { cgroupMemory } from '../../system/cgroups.js';
import { paths } from '../../system/paths.js';
import { isAlive } from '../../system/process-identity.js';
import { readSubnet } from '../network/network.js';
import { hostAddress } from '../network/subnet.js';
import type { HostRecord } from '../records/host-record.js';

/** A sandbox host that is a machine of systemd-nspawn. */
export interface NspawnHost extends SandboxHost {
  /** Where its file system is mounted on this machine while it is up. */
  readonly root: string;
}

export function describe(record: HostRecord): NspawnHost {
  const { root, identity, knownHosts } = paths.host(record.id);
  const address = hostAddress(readSubnet() ?? '0.0.0', record.number);
  return {
    id: record.id,
    name: record.name,
    workspace: record.workspace,
    ...(record.environment !== undefined && { environment: record.environment }),
    driver: 'nspawn',
    // A base's key begins with its release.
    release: record.base.split('-')[0] as DebianRelease,
    address,
    port: 22,
    innerAddress: address,
    publishedPorts: {},
    usesGateway: true,
    user: 'root',
    identityFile: identity,
    knownHostsFile: knownHosts,
    root,
  };
}

/** With the host's state at this moment. */
export function listed(record: HostRecord): ListedHost & NspawnHost {
  const host = describe(record);
  if (!isAlive(record.starter)) return { ...host, status: 'stopped' };
  const memory = cgroupMemory(record.id);
  return { ...host, status: 'running', ...(memory === undefined ? {} : { memory }) };
}
