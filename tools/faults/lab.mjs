import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stopHosts } from '../lab/hosts.mjs';
import { makeWorkspace } from '../lab/workspace.mjs';
import { WORKSPACE } from '../install.mjs';
import { runCommand } from '../lab/command.mjs';

/** A workspace with hosts of its own, for one of the parts. */
export async function openLab(part, say) {
  const sandbox = await import(join(WORKSPACE, 'packages', 'sandbox', 'dist', 'index.js'));
  await sandbox.installPrerequisites(say);
  const workspace = await makeWorkspace(`faults-${part}`);
  // What a run that was killed has left.
  await stopHosts(workspace.folder);
  const digest = createHash('sha256').update(workspace.folder).digest('hex').slice(0, 8);
  const layer = `faults-${digest}`;
  const keyOf = (environment) => sandbox.hostKey(environment, 'web', workspace.folder);
  const start = (environment, options = {}) =>
    sandbox.startHost({ ...keyOf(environment), ...options });

  return {
    workspace,
    say,
    /** A bare host, provisioned. */
    async provisioned(environment) {
      say('a bare host, and its provision');
      const host = await start(environment);
      await runCommand(workspace, ['provision', environment, '--yes']);
      return host;
    },
    /** Copies a host's disk, for others to begin with. */
    async save(environment) {
      await sandbox.saveLayer(keyOf(environment), layer);
    },
    /** A host that begins with the copy; one of that name that there was is taken down before. */
    async copy(environment) {
      await sandbox.stopHost(keyOf(environment));
      return start(environment, { layer });
    },
    powerOff: (environment) => sandbox.powerOff(keyOf(environment)),
    powerOn: (environment) => sandbox.powerOn(keyOf(environment)),
    async close() {
      say('taking everything down');
      try {
        await stopHosts(workspace.folder);
        // Only now does nothing stand on it.
        await sandbox.deleteLayer(layer);
      } finally {
        workspace.remove();
      }
    },
  };
}

/** The hosts are the sandbox's own. */
export const ON_SANDBOX = { sandbox: {}, hosts: { web: {} } };
