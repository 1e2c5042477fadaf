import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCgroup, enterCgroup, killCgroup, removeCgroup } from '../system/cgroups.js';
import { systemPath } from '../system/command.js';
import { gatewayAddress, type Subnet } from '../network/subnet.js';
import { accepts } from '../network/accepts.js';
import { paths } from '../system/paths.js';
import { identify, isAlive, type ProcessIdentity } from '../system/process-identity.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { writeFileAtomically } from '../system/write-file.js';
import { readGatewayConfiguration } from './configuration.js';
import { gatewayPort } from './endpoint.js';

const cgroup = 'gateway';
const files = {
  record: join(paths.gateway, 'process.json'),
  configuration: join(paths.gateway, 'configuration.json'),
  log: join(paths.gateway, 'gateway.log'),
};

/** The compiled program, also when this runs from src under vitest. */
const daemon = join(__dirname, '../../dist/gateway/daemon.js');

/** Change it when hosts need a newer gateway than one that may be running. */
const protocol = 3;

interface GatewayRecord extends ProcessIdentity {
  readonly protocol: number;
}

/**
 * Starts the gateway unless it runs. It keeps the registries that this machine had when the first
 * host started, and outlives the caller. Call it while holding the network's lock.
 * @throws HintedError when it doesn't answer within ten seconds.
 */
export async function ensureGateway(subnet: Subnet): Promise<void> {
  if (gatewayRuns()) return;
  await stopGateway();
  const configuration = await readGatewayConfiguration();
  await writeFileAtomically(files.configuration, JSON.stringify(configuration), 0o600);
  const address = gatewayAddress(subnet);
  await mkdir(paths.gateway, { recursive: true });
  const log = openSync(files.log, 'w', 0o600);
  const child = spawn(
    process.execPath,
    [daemon, files.configuration, address, String(gatewayPort)],
    { cwd: '/', detached: true, stdio: ['ignore', log, log], env: { PATH: systemPath } },
  );
  child.on('error', () => undefined);
  child.unref();
  if (child.pid !== undefined) {
    await enterCgroup(await createCgroup(cgroup), child.pid);
    const identity = identify(child.pid);
    await writeFileAtomically(files.record, JSON.stringify({ ...identity, protocol }));
  }
  const deadline = Date.now() + 10_000;
  while (!(await accepts(address, gatewayPort))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stopGateway();
      throw new HintedError(
        `Cannot start the sandboxes' gateway on ${address}:${String(gatewayPort)}: ${lastLines()}`,
      );
    }
    await sleep(20);
  }
}

/** Whether the gateway runs, in a version that hosts can use. */
export function gatewayRuns(): boolean {
  const record = readRecord();
  // Another clone's may be newer: if each insisted on its own, they would kill each other's.
  return isAlive(record) && record !== undefined && record.protocol >= protocol;
}

/** Ends the gateway; does nothing when it doesn't run. */
export async function stopGateway(): Promise<void> {
  const record = readRecord();
  if (isAlive(record) && record !== undefined) {
    process.kill(record.pid, 'SIGTERM');
    for (let i = 0; i < 100 && isAlive(record); i += 1) await sleep(10);
  }
  await killCgroup(cgroup);
  await removeCgroup(cgroup);
  await rm(files.record, { force: true });
}

function readRecord(): GatewayRecord | undefined {
  if (!existsSync(files.record)) return undefined;
  // Written by ensureGateway() only.
  return JSON.parse(readFileSync(files.record, 'utf8')) as GatewayRecord;
}

function lastLines(): string {
  const lines = existsSync(files.log) ? readFileSync(files.log, 'utf8').trim().split('\n') : [];
  return lines.slice(-5).join('\n') || 'it does not answer';
}
