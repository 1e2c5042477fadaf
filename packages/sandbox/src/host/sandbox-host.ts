import { cgroupMemory } from '../system/cgroups.js';
import { readSubnet } from '../network/network.js';
import { hostAddress } from '../network/subnet.js';
import { paths } from '../system/paths.js';
import { isAlive } from '../system/process-identity.js';
import { type HostRecord, readRecords } from '../records/host-record.js';

/** A sandbox host, and how to reach it by ssh. */
export interface SandboxHost {
  /** Its id among all workspaces of this machine. */
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  /** IPv4 address, reachable from this machine only. */
  readonly address: string;
  readonly port: number;
  readonly user: 'root';
  readonly identityFile: string;
  /** OpenSSH's known_hosts with the host's own keys. */
  readonly knownHostsFile: string;
  /** Where its file system is mounted on this machine while it is up. */
  readonly root: string;
}

export interface ListedHost extends SandboxHost {
  readonly status: 'running' | 'stopped';
  /** Bytes in use, if the machine knows. */
  readonly memory?: number;
}

export function describe(record: HostRecord): SandboxHost {
  const { root, identity, knownHosts } = paths.host(record.id);
  return {
    id: record.id,
    name: record.name,
    workspace: record.workspace,
    address: hostAddress(readSubnet() ?? '0.0.0', record.number),
    port: 22,
    user: 'root',
    identityFile: identity,
    knownHostsFile: knownHosts,
    root,
  };
}

/** All sandbox hosts of this machine, of every workspace. */
export function listHosts(): readonly ListedHost[] {
  return readRecords().map((record) => {
    const host = describe(record);
    if (!isAlive(record.starter)) return { ...host, status: 'stopped' };
    const memory = cgroupMemory(record.id);
    return { ...host, status: 'running', ...(memory === undefined ? {} : { memory }) };
  });
}
