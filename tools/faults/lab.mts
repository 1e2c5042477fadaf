import { createHash } from 'node:crypto';
import {
  deleteLayer,
  hostKey,
  installPrerequisites,
  powerOff,
  saveLayer,
  startNspawnHost,
  stopHost,
  type HostKey,
  type Report,
  type NspawnHost,
} from '@fairness-deploy/sandbox';
import { runCommand } from '../lab/command.mjs';
import { stopHosts } from '../lab/hosts.mjs';
import { onHost } from '../lab/on-host.mjs';
import { makeWorkspace } from '../lab/workspace.mjs';

export type Lab = Awaited<ReturnType<typeof openLab>>;

/** A workspace with hosts of its own, for one of the parts. */
export async function openLab(part: string, say: Report) {
  await installPrerequisites(say);
  const workspace = await makeWorkspace(`faults-${part}`);
  // The rest of a run that was killed.
  await stopHosts(workspace.folder);
  const digest = createHash('sha256').update(workspace.folder).digest('hex').slice(0, 8);
  const layer = `faults-${digest}`;
  const keyOf = (environment: string): HostKey => hostKey(environment, 'web', workspace.folder);

  return {
    workspace,
    say,
    /** A bare host, provisioned. */
    async provisioned(environment: string): Promise<NspawnHost> {
      say('a bare host, and its provision');
      const host = await startNspawnHost(keyOf(environment));
      await runCommand(workspace, ['provision', environment, '--yes']);
      return host;
    },
    /** Copies a host's disk, for others to begin with. */
    async save(environment: string): Promise<void> {
      await saveLayer(keyOf(environment), layer);
    },
    /** A host that begins with the copy; an older one of that name is taken down before. */
    async copy(environment: string): Promise<NspawnHost> {
      await stopHost(keyOf(environment));
      const host = await startNspawnHost({ ...keyOf(environment), layer });
      // They name the environment whose host was copied.
      await onHost(host, 'rm -rf /var/lib/fairness-deploy/claims');
      return host;
    },
    powerOff: (environment: string) => powerOff(keyOf(environment)),
    powerOn: (environment: string) => startNspawnHost(keyOf(environment)),
    async close(): Promise<void> {
      say('taking everything down');
      try {
        await stopHosts(workspace.folder);
        // Only now does no host use it.
        await deleteLayer(layer);
      } finally {
        workspace.remove();
      }
    },
  };
}

/** The hosts are the sandbox's own. */
export const ON_SANDBOX = { sandbox: {}, hosts: { web: {} } };
