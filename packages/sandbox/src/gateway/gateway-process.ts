import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from '../system/accepts.js';
import { createCgroup, enterCgroup, killCgroup, removeCgroup } from '../system/cgroups.js';
import { systemPath } from '../system/command.js';
import { paths } from '../system/paths.js';
import { identify, isAlive, type ProcessIdentity } from '../system/process-identity.js';
import { homeFolder } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';
import { writeFileAtomically } from '../system/write-file.js';
import { readGatewayConfiguration } from './configuration.js';
import { gatewayPort } from './endpoint.js';

/** The gateway of one driver's hosts, which have a network of their own. */
export interface Gateway {
  /** Its folder of state. */
  readonly folder: string;
  /** The control group that it gets, where root starts it: it survives the caller's. */
  readonly cgroup?: string;
}

export const NSPAWN_GATEWAY: Gateway = { folder: paths.gateway, cgroup: 'gateway' };
export const CONTAINER_GATEWAY: Gateway = { folder: paths.containerGateway };

const filesOf = ({ folder }: Gateway) => ({
  record: join(folder, 'process.json'),
  configuration: join(folder, 'configuration.json'),
  log: join(folder, 'gateway.log'),
});

/** The compiled program, also when this runs from src under vitest. */
const daemon = join(__dirname, '../../dist/gateway/daemon.js');

/** Change it when hosts need a newer gateway than one that may be running. */
const protocol = 4;

interface GatewayRecord extends ProcessIdentity {
  readonly protocol: number;
}

/**
 * Starts a gateway on an address of this machine unless it runs. It keeps the registries that this
 * machine had when the first host started, and outlives the caller. Call it while holding the
 * network's lock.
 * @throws HintedError when it doesn't answer within ten seconds.
 */
export async function ensureGateway(gateway: Gateway, address: string): Promise<void> {
  if (gatewayRuns(gateway)) return;
  await stopGateway(gateway);
  const files = filesOf(gateway);
  const configuration = await readGatewayConfiguration();
  await writeFileAtomically(files.configuration, JSON.stringify(configuration), 0o600);
  await mkdir(gateway.folder, { recursive: true });
  const log = openSync(files.log, 'w', 0o600);
  const child = spawn(
    process.execPath,
    [daemon, files.configuration, address, String(gatewayPort)],
    {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: systemPath, HOME: homeFolder() },
    },
  );
  child.on('error', () => undefined);
  child.unref();
  if (child.pid !== undefined) {
    if (gateway.cgroup !== undefined) {
      await enterCgroup(await createCgroup(gateway.cgroup), child.pid);
    }
    const identity = identify(child.pid);
    await writeFileAtomically(files.record, JSON.stringify({ ...identity, protocol }));
  }
  const deadline = Date.now() + 10_000;
  while (!(await accepts(address, gatewayPort))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stopGateway(gateway);
      throw new HintedError(
        `Cannot start the sandboxes' gateway on ${address}:${String(gatewayPort)}: ${lastLines(files.log)}`,
      );
    }
    await sleep(20);
  }
}

/** Whether the gateway runs, in a version that hosts can use. */
export function gatewayRuns(gateway: Gateway): boolean {
  const record = readRecord(gateway);
  // Another clone's may be newer: if each insisted on its own, they would kill each other's.
  return isAlive(record) && record !== undefined && record.protocol >= protocol;
}

/** Ends the gateway; does nothing when it doesn't run. */
export async function stopGateway(gateway: Gateway): Promise<void> {
  const record = readRecord(gateway);
  if (isAlive(record) && record !== undefined) {
    process.kill(record.pid, 'SIGTERM');
    for (let i = 0; i < 100 && isAlive(record); i += 1) await sleep(10);
  }
  if (gateway.cgroup !== undefined) {
    await killCgroup(gateway.cgroup);
    await removeCgroup(gateway.cgroup);
  }
  await rm(filesOf(gateway).record, { force: true });
}

function readRecord(gateway: Gateway): GatewayRecord | undefined {
  const { record } = filesOf(gateway);
  if (!existsSync(record)) return undefined;
  // Written by ensureGateway() only.
  return JSON.parse(readFileSync(record, 'utf8')) as GatewayRecord;
}

function lastLines(log: string): string {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return lines.slice(-5).join('\n') || 'it does not answer';
}
