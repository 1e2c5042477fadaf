/** The disposable hosts of a rehearsal: all that is asked of the package sandbox. */
import { existsSync, realpathSync } from 'node:fs';
import {
  chooseDriver,
  DEFAULT_RELEASE,
  gateway,
  listHosts,
  startHost,
  stopHost,
  type DebianRelease,
  type DriverName,
  type ListedHost,
  type WantedDriver,
} from '@fairness-deploy/sandbox';
import { nameOnStage, suffixOf } from './host-names.js';

export type { DebianRelease, DriverName, WantedDriver };

/** A disposable host that runs. */
export interface RunningHost {
  /** How this machine reaches it: root logs in with the key. */
  readonly login: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
    /** The ports of this machine that lead to the host's, where they are not the host's own. */
    readonly publishedPorts: Readonly<Record<number, number>>;
  };
  /** The IP address by which the other hosts reach it. */
  readonly address: string;
  /** The only mirror of Node.js that it reaches; undefined: it reaches all. */
  readonly nodeMirror?: string;
}

/** What the disposable hosts are like. */
export interface HostShape {
  readonly driver: DriverName;
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
 * Chooses who runs the hosts, and installs and makes what they need on this machine.
 *
 * @throws HintedError when nobody can run hosts here.
 */
export async function prepareMachine(
  wanted: WantedDriver,
  release: DebianRelease = DEFAULT_RELEASE,
  report: Report,
): Promise<DriverName> {
  const { driver, reason } = await chooseDriver(wanted);
  report(`Driver: ${reason}`);
  await driver.prepare(report);
  await driver.makeBase(release, report);
  return driver.name;
}

/** Starts a disposable host, which must not be there. @throws HintedError when it does not boot. */
export async function startStageHost(
  { environment, workspace }: Rehearsed,
  host: string,
  { driver, release, memory }: HostShape,
  report: Report,
): Promise<RunningHost> {
  const started = await startHost({
    ...{ name: nameOnStage(host, environment), workspace, driver, report },
    ...(release !== undefined && { release }),
    ...(memory !== undefined && { memory }),
  });
  const { address, port, user, identityFile, knownHostsFile, publishedPorts } = started;
  return {
    login: { address, port, user, identityFile, knownHostsFile, publishedPorts },
    address: started.innerAddress,
    ...(started.usesGateway && { nodeMirror: gateway.nodeMirror }),
  };
}

/** Whether a rehearsal has hosts, running or not. */
export async function hasStageHosts(of: Rehearsed): Promise<boolean> {
  return (await stageHosts(of)).length > 0;
}

/** Removes all hosts of a rehearsal, whatever its environment says now. */
export async function removeStageHosts(of: Rehearsed): Promise<void> {
  await Promise.all((await stageHosts(of)).map((host) => stopHost(host)));
}

async function stageHosts({ environment, workspace }: Rehearsed): Promise<readonly ListedHost[]> {
  const own = existsSync(workspace) ? realpathSync(workspace) : workspace;
  return (await listHosts()).filter(
    (host) => host.workspace === own && host.name.endsWith(suffixOf(environment)),
  );
}
