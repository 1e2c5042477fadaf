/** Chooses who runs the hosts, and finds who does. */
import { CONTAINER } from './container/container-driver.js';
import type { Driver } from './driver/driver.js';
import { describeTried, driverHint, type TriedDriver } from './driver/driver-hint.js';
import { canonical, hostId, type HostKey } from './driver/host-id.js';
import {
  DRIVER_NAMES,
  type DriverName,
  type ListedHost,
  type SandboxHost,
  type StartOptions,
} from './driver/sandbox-host.js';
import { readContainerRecord } from './container/container-record.js';
import { NSPAWN } from './nspawn/nspawn-driver.js';
import { readRecord } from './nspawn/records/host-record.js';
import { HintedError } from '@fairness-deploy/shell/text';

const DRIVERS: Readonly<Record<DriverName, Driver>> = { nspawn: NSPAWN, container: CONTAINER };
const ALL = Object.values(DRIVERS);

/** A driver, and why this one, for people. */
export interface Choice {
  readonly driver: Driver;
  readonly reason: string;
}

/** `auto`: nspawn where it works, else containers. */
export const WANTED_DRIVERS = ['auto', ...DRIVER_NAMES] as const;
export type WantedDriver = (typeof WANTED_DRIVERS)[number];

/**
 * The driver for new hosts of this machine. Changes nothing.
 * @param own the driver of hosts that are there, and get more beside them: `auto` takes it.
 * @throws HintedError when the wanted one, or none, works here: says all that is missing.
 */
export async function chooseDriver(
  wanted: WantedDriver = 'auto',
  own?: DriverName,
): Promise<Choice> {
  if (wanted === 'auto' && own !== undefined) {
    const driver = DRIVERS[own];
    return { driver, reason: `${own} (${await driver.describe()}), which has the hosts already` };
  }
  const tried: TriedDriver[] = [];
  for (const driver of wanted === 'auto' ? ALL : [DRIVERS[wanted]]) {
    const problems = await driver.problems();
    if (problems.length === 0) return { driver, reason: await reasonFor(driver, wanted, tried) };
    tried.push({ name: driver.name, needs: driver.needs, problems });
  }
  throw new HintedError(
    `Cannot run sandbox hosts on this machine:\n${tried.map(describeTried).join('\n')}`,
    { hint: driverHint(tried) },
  );
}

async function reasonFor(
  driver: Driver,
  wanted: WantedDriver,
  tried: readonly TriedDriver[],
): Promise<string> {
  const title = await driver.describe();
  if (wanted !== 'auto') return `${driver.name} (${title}), as asked for`;
  const others = tried.map((other) => `${other.name} can't: ${other.problems[0] ?? ''}`);
  return [`${driver.name} (${title})`, ...others].join('; ');
}

/** The driver that has a host; undefined when there is no such host. */
export async function driverOf(key: HostKey): Promise<Driver | undefined> {
  for (const driver of ALL) if ((await driver.find(key)) !== undefined) return driver;
  return undefined;
}

/** A host, whether it runs or not; undefined when there is none. Starts nothing. */
export async function findHost(key: HostKey): Promise<ListedHost | undefined> {
  for (const driver of ALL) {
    const host = await driver.find(key);
    if (host !== undefined) return host;
  }
  return undefined;
}

/** Whether a host that is there gets its packages by the gateway. Reads its record only. */
export function needsGateway(key: HostKey): boolean {
  const id = hostId(key);
  return readRecord(id) !== undefined || readContainerRecord(id)?.gateway !== undefined;
}

/** All sandbox hosts of this machine that this user may see, of every workspace. */
export async function listHosts(): Promise<readonly ListedHost[]> {
  return (await Promise.all(ALL.map((driver) => driver.list()))).flat();
}

/** The hosts of an environment's sandbox, by their own names, whatever its file says now. */
export async function hostsOf(
  environment: string,
  workspace: string,
): Promise<ReadonlyMap<string, ListedHost>> {
  const own = canonical(workspace);
  const hosts = (await listHosts()).filter(
    (host) => host.workspace === own && host.environment === environment,
  );
  return new Map(hosts.map((host) => [host.name.slice(0, -`.${environment}`.length), host]));
}

/**
 * Starts a host and resolves when ssh answers: one that is there by its own driver, a new one by the
 * wanted driver.
 * @throws HintedError when that driver can't run hosts here, or another one has the host.
 */
export async function startHost({
  driver: wanted = 'auto',
  ...options
}: StartOptions & { readonly driver?: WantedDriver }): Promise<SandboxHost> {
  const own = await driverOf(options);
  if (own !== undefined && wanted !== 'auto' && own.name !== wanted) {
    throw new HintedError(
      `Cannot start host "${options.name}" with the driver ${wanted}: ${own.name} has it`,
      { hint: 'Take it down first' },
    );
  }
  return await (own ?? (await chooseDriver(wanted)).driver).start(options);
}

/** Removes a host and everything of it; does nothing when there is no such host. */
export async function stopHost(key: HostKey): Promise<void> {
  const id = hostId(key);
  for (const driver of ALL) {
    // By the list: it has what an interrupted call has left, too.
    if ((await driver.list()).some((host) => host.id === id)) await driver.stop(key);
  }
}

/** Cuts a host's power. @throws HintedError when there is no such host. */
export async function powerOff(key: HostKey): Promise<void> {
  await ((await driverOf(key)) ?? NSPAWN).powerOff(key);
}

/** Boots a host that is off. @throws HintedError when there is no such host, or it doesn't boot. */
export async function powerOn(key: HostKey): Promise<SandboxHost> {
  return await ((await driverOf(key)) ?? NSPAWN).powerOn(key);
}
