import type { DebianRelease } from '../machine/registries.js';
import type { Report } from '../system/report.js';
import type { HostKey } from './host-id.js';

/** What runs the hosts: systemd-nspawn, or a container engine (Podman or Docker). */
export const DRIVER_NAMES = ['nspawn', 'container'] as const;
export type DriverName = (typeof DRIVER_NAMES)[number];

/** A sandbox host, and how to reach it by ssh. */
export interface SandboxHost {
  /** Its id among all workspaces of this machine. */
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly environment?: string;
  readonly driver: DriverName;
  readonly release: DebianRelease;
  /** IPv4 address, reachable from this machine only. */
  readonly address: string;
  /** The port of its sshd at the address. */
  readonly port: number;
  /** IPv4 address by which other hosts of the same driver reach it, on its own ports. */
  readonly innerAddress: string;
  /** The ports of this machine, at the address, by the host's ports; empty where all are the host's own. */
  readonly publishedPorts: Readonly<Record<number, number>>;
  /** Whether it gets packages by the gateway, as it reaches no package source itself. */
  readonly usesGateway: boolean;
  readonly user: 'root';
  readonly identityFile: string;
  /** OpenSSH's known_hosts with the host's own keys. */
  readonly knownHostsFile: string;
}

export interface ListedHost extends SandboxHost {
  /** `unknown`: what runs it doesn't answer. */
  readonly status: 'running' | 'stopped' | 'unknown';
  /** Bytes in use, if the driver knows. */
  readonly memory?: number;
}

export interface StartOptions extends HostKey {
  /** Public keys, in OpenSSH's format, that may log in as root besides the host's own. */
  readonly authorizedKeys?: readonly string[];
  /** The most bytes of memory; default: no limit. */
  readonly memory?: number;
  /** The release of Debian, of a new host; default: {@link DEFAULT_RELEASE}. */
  readonly release?: DebianRelease;
  /** Ports of this machine's loopback address by the host's ports; only containers need them. */
  readonly ports?: Readonly<Record<number, number>>;
  readonly report?: Report;
}

export const DEFAULT_RELEASE: DebianRelease = 'bookworm';

/** The port of this machine that leads to a host's port. */
export const publishedPort = ({ publishedPorts }: SandboxHost, port: number): number =>
  publishedPorts[port] ?? port;
