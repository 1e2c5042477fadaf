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
  const table = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Prints all sandbox hosts of this machine. */
export function list(json: boolean): void {
  const hosts = listHosts();
  process.stdout.write(json ? `${JSON.stringify(hosts, null, 2)}\n` : renderHosts(hosts));
}
