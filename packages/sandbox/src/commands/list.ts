import { columns } from '@fairness-deploy/shell/text';
import { listHosts, type ListedHost } from '../host/sandbox-host.js';

const headings = ['HOST', 'STATUS', 'ADDRESS', 'MEMORY', 'WORKSPACE'];

/** A table of hosts for people. */
export function renderHosts(hosts: readonly ListedHost[]): string {
  if (hosts.length === 0) return 'There is no sandbox host on this machine.\n';
  const rows = hosts.map(({ name, status, address, memory, workspace }) => [
    name,
    status,
    address,
    memory === undefined ? '-' : `${String(Math.round(memory / 1_000_000))} MB`,
    workspace,
  ]);
  return columns([headings, ...rows]);
}

/** Prints all sandbox hosts of this machine. */
export function list(json: boolean): void {
  const hosts = listHosts();
  process.stdout.write(json ? `${JSON.stringify(hosts, null, 2)}\n` : renderHosts(hosts));
}
