import type { Resource } from '../resource/resource.js';
import { type Connection, type Script, sh } from '@fairness-deploy/shell';
import type { HostAnswer } from './resource-contract.js';

/** Runs a script on a host as the engine runs a resource's: in a subshell with `set -eu`, without input. */
export async function runScript(
  connection: Connection,
  script: Script,
): Promise<HostAnswer & { readonly text: string }> {
  const { status, stdout, stderr } = await connection.run(sh`
    fd_test() {
    set -eu
    ${script}
    }
    ( fd_test ) </dev/null`);
  return { status, stdout, stderr, text: stdout.toString() };
}

/**
 * Applies the resources that differ, one after the other, also after a failure.
 *
 * @returns the end of each, by its address: `done`, or its output
 * @throws Error when one can't be read.
 */
export async function applyResources(
  connection: Connection,
  resources: readonly Resource[],
): Promise<Readonly<Record<string, string>>> {
  const ends = new Map<string, string>();
  for (const resource of resources) {
    const { address } = resource;
    const { status, text, stderr } = await runScript(connection, resource.read);
    if (status !== 0) throw new Error(`Cannot read ${address}: ${text}${stderr}`);
    const change = resource.plan(text);
    if (!change) continue;
    const applied = await runScript(connection, change.apply);
    ends.set(address, applied.status === 0 ? 'done' : applied.text + applied.stderr);
  }
  return Object.fromEntries(ends);
}
