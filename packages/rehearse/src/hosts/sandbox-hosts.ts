/** The disposable hosts of the sandbox: all that a rehearsal asks of it. */
import {
  chooseDriver,
  DEFAULT_RELEASE,
  findHost,
  gateway,
  listHosts,
  startHost,
  stopHost,
  type ListedHost,
  type WantedDriver,
} from '@fairness-deploy/sandbox';
import { canonical, type Rehearsed } from '../state/state-folder.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { nameOnStage, suffixOf } from './host-names.js';
import { sideBySide } from './side-by-side.js';
import type {
  DebianRelease,
  Report,
  RunningHost,
  StageDriver,
  WantedHost,
} from './stage-driver.js';

export type { WantedDriver };

/**
 * Chooses who of the sandbox runs the hosts, and installs and makes what they need on this machine.
 *
 * @throws HintedError when nobody can run hosts here.
 */
export async function prepareSandbox(
  wanted: WantedDriver,
  release: DebianRelease = DEFAULT_RELEASE,
  report: Report,
): Promise<StageDriver> {
  const { driver, reason } = await chooseDriver(wanted);
  report(`Driver: ${reason}`);
  await driver.prepare(report);
  await driver.makeBase(release, report);
  return sandboxDriver(driver.name);
}

/** The hosts of rehearsals in the sandbox, of all its drivers. */
export const SANDBOX = sandboxDriver('auto');

/** @param driver who runs new hosts */
function sandboxDriver(driver: WantedDriver): StageDriver {
  return {
    start: (of, hosts, report) =>
      sideBySide(hosts, (host) => start(of, { driver, report, ...host })),
    has: async (of) => (await stageHosts(of)).length > 0,
    remove: async (of) => {
      await sideBySide(await stageHosts(of), (host) => stopHost(host));
    },
  };
}

async function start(
  { environment, workspace }: Rehearsed,
  {
    name: host,
    ...options
  }: WantedHost & { readonly driver: WantedDriver; readonly report: Report },
): Promise<RunningHost> {
  const name = nameOnStage(host, environment);
  if (await findHost({ name, workspace })) {
    throw new HintedError(`Cannot start the disposable host ${name}: it is there already`, {
      hint: `remove it: npx nx run ${environment}:rehearse --remove`,
    });
  }
  const started = await startHost({ ...options, name, workspace });
  const { address, port, user, identityFile, knownHostsFile, publishedPorts } = started;
  return {
    login: { address, port, user, identityFile, knownHostsFile, publishedPorts },
    address: started.innerAddress,
    ...(started.usesGateway && { nodeMirror: gateway.nodeMirror }),
  };
}

async function stageHosts({ environment, workspace }: Rehearsed): Promise<readonly ListedHost[]> {
  const own = canonical(workspace);
  return (await listHosts()).filter(
    (host) =>
      host.workspace === own &&
      // A host of a sandbox's own has one.
      host.environment === undefined &&
      host.name.endsWith(suffixOf(environment)),
  );
}
