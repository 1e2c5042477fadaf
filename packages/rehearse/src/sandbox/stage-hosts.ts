/** The disposable hosts of a rehearsal: all that is asked of the package sandbox. */
import { existsSync, realpathSync } from 'node:fs';
import {
  installPrerequisites,
  listHosts,
  startHost,
  stopHost,
  type DebianRelease,
  type ListedHost,
} from '@fairness-deploy/sandbox';
import { nameOnStage, suffixOf } from './host-names.js';

/** A disposable host that runs. */
export interface RunningHost {
  /** How this machine reaches it: root logs in with the key. */
  readonly login: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
  };
  /** The IP address by which the other hosts reach it. */
  readonly address: string;
}

/** What a disposable host is like. */
export interface HostShape {
  readonly release?: DebianRelease;
  /** The most bytes of memory. */
  readonly memory?: number;
}

/** The environment that is rehearsed. */
export interface Rehearsed {
  readonly environment: string;
  readonly workspace: string;
}

type Report = (text: string) => void;

/**
 * Checks that this machine can run disposable hosts, and installs the Debian packages that it needs.
 *
 * @throws HintedError when it can't.
 */
export async function checkMachine(report: Report): Promise<void> {
  await installPrerequisites(report);
}

/** Starts a disposable host, which must not be there. @throws HintedError when it does not boot. */
export async function startStageHost(
  { environment, workspace }: Rehearsed,
  host: string,
  { release, memory }: HostShape,
  report: Report,
): Promise<RunningHost> {
  const { address, port, user, identityFile, knownHostsFile } = await startHost({
    ...{ name: nameOnStage(host, environment), workspace, report },
    ...(release !== undefined && { release }),
    ...(memory !== undefined && { memory }),
  });
  return { login: { address, port, user, identityFile, knownHostsFile }, address };
}

/** Whether a rehearsal has hosts, running or not. */
export function hasStageHosts(of: Rehearsed): boolean {
  return stageHosts(of).length > 0;
}

/** Removes all hosts of a rehearsal, whatever its environment says now. */
export async function removeStageHosts(of: Rehearsed): Promise<void> {
  await Promise.all(stageHosts(of).map((host) => stopHost(host)));
}

function stageHosts({ environment, workspace }: Rehearsed): readonly ListedHost[] {
  const own = existsSync(workspace) ? realpathSync(workspace) : workspace;
  return listHosts().filter(
    (host) => host.workspace === own && host.name.endsWith(suffixOf(environment)),
  );
}
