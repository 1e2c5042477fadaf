import type { CommonOptions, LocalRun } from '@fairness-deploy/core/commands';
import { columns } from '@fairness-deploy/shell/text';
import type { ListedHost } from '../driver/sandbox-host.js';
import { listHosts } from '../drivers.js';

const headings = ['HOST', 'STATUS', 'DRIVER', 'ADDRESS', 'MEMORY', 'WORKSPACE'];

/** A table of hosts for people. */
export function renderHosts(hosts: readonly ListedHost[]): string {
  if (hosts.length === 0) return 'There is no sandbox host on this machine.\n';
  const rows = hosts.map(({ name, status, driver, address, port, memory, workspace }) => [
    ...[name, status, driver, port === 22 ? address : `${address}:${String(port)}`],
    memory === undefined ? '-' : `${String(Math.round(memory / 1_000_000))} MB`,
    workspace,
  ]);
  return columns([headings, ...rows]);
}

/** Shows all sandbox hosts of this machine. */
export async function list({ started, reporter }: LocalRun<CommonOptions>): Promise<number> {
  const hosts = await listHosts();
  started();
  const text = renderHosts(hosts).trimEnd();
  reporter.report({ type: 'plugin', data: { type: 'sandboxes', hosts }, text });
  return 0;
}
