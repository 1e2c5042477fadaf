import type { CommonOptions, LocalRun } from '@fairness-deploy/core/commands';
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

/** Shows all sandbox hosts of this machine. */
export function list({ started, reporter }: LocalRun<CommonOptions>): Promise<number> {
  const hosts = listHosts();
  started();
  const text = renderHosts(hosts).trimEnd();
  reporter.report({ type: 'plugin', data: { type: 'sandboxes', hosts }, text });
  return Promise.resolve(0);
}
