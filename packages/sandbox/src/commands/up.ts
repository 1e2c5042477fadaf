import {
  runStep,
  stepOnEach,
  urlsOf,
  type CommonOptions,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import { hostKey } from '../driver/host-id.js';
import type { ListedHost, SandboxHost } from '../driver/sandbox-host.js';
import { chooseDriver, findHost, hostsOf, startHost, type WantedDriver } from '../drivers.js';
import type { SandboxSection } from '../section.js';
import { nextStep } from './next-step.js';

/** What the command takes. */
export interface UpOptions extends CommonOptions {
  /** Default: the environment's. */
  readonly driver?: WantedDriver;
}

/**
 * Starts the hosts of a sandbox, side by side, after installing what they need on this machine.
 * Hosts that are there keep their driver.
 * @throws HintedError when no driver works here, or what it needs can't be installed.
 */
export async function up(run: Run<UpOptions>): Promise<ExitCode> {
  const { environment, reporter, options } = run;
  const { name, workspace } = environment;
  const report = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  // Sound: the loader has parsed it with our schema.
  const section = environment.sections['sandbox'] as SandboxSection;
  const { release, memory, ports } = section;
  const there = await hostsOf(name, workspace);
  const wanted = options.driver ?? section.driver;
  const names = run.hosts.map((host) => host.name);
  refuseOther(
    name,
    wanted,
    names.flatMap((one) => there.get(one) ?? []),
  );
  const { driver, reason } = await chooseDriver(wanted, [...there.values()][0]?.driver);
  report(`Driver: ${reason}`);
  await runStep(run, { name: 'prerequisites of this machine' }, () => driver.prepare(report));
  await runStep(run, { name: 'Debian base of the hosts' }, () => driver.makeBase(release, report));
  const urls = new Map<string, readonly string[]>();
  const code = await stepOnEach(run, 'boot', names, async (host) => {
    const key = hostKey(name, host, workspace);
    const before = await findHost(key);
    const started = await startHost({
      ...{ ...key, driver: driver.name, release, report },
      ...(memory !== undefined && { memory }),
      ...(ports !== undefined && { ports }),
    });
    const own = run.hosts.filter((one) => one.name === host);
    urls.set(
      host,
      own.flatMap((one) => urlsOf(run, one, started)),
    );
    const outcome = before?.status === 'running' ? 'unchanged' : 'changed';
    return { outcome, summary: `up: ${login(started)}` };
  });
  if (code === 0) {
    const inOrder = names.flatMap((host) => urls.get(host) ?? []);
    report(nextStep(environment, inOrder));
  }
  return code;
}

/** @throws HintedError when another driver than the wanted one has a host. */
function refuseOther(
  environment: string,
  wanted: WantedDriver,
  there: readonly ListedHost[],
): void {
  const other = wanted === 'auto' ? undefined : there.find(({ driver }) => driver !== wanted);
  if (other === undefined) return;
  throw new HintedError(
    `Cannot start host "${other.name}" with the driver ${wanted}: ${other.driver} has it`,
    {
      hint: `take it down first: npx nx run ${environment}:down\nor keep its driver: npx nx run ${environment}:up --driver=${other.driver}`,
    },
  );
}

const login = ({ user, address, port }: SandboxHost): string =>
  `${user}@${address}${port === 22 ? '' : `:${String(port)}`}`;
