import { existsSync } from 'node:fs';
import { buildBase } from '../base/build-base.js';
import { withLock } from '../../system/lock.js';
import { ensureGateway, gatewayRuns, NSPAWN_GATEWAY } from '../../gateway/gateway-process.js';
import { ensureNetwork, readSubnet } from '../network/network.js';
import {
  candidateSubnets,
  firstNumber,
  gatewayAddress,
  lastNumber,
  numberOf,
} from '../network/subnet.js';
import { DEFAULT_RELEASE, type StartOptions } from '../../driver/sandbox-host.js';
import { checkPrerequisites } from '../prerequisites.js';
import { isAlive } from '../../system/process-identity.js';
import { paths } from '../../system/paths.js';
import { type Report, silent } from '../../system/report.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { boot } from './boot.js';
import { waitForSsh } from './nspawn-process.js';
import { canonical, hostId } from '../../driver/host-id.js';
import { type HostRecord, readRecord, readRecords, writeRecord } from '../records/host-record.js';
import { type LayerRecord, readLayer } from '../records/layer-record.js';
import { describe, type NspawnHost } from './nspawn-host.js';
import { stopNspawnHost } from './stop-nspawn-host.js';

export interface NspawnOptions extends StartOptions {
  /** A free address of the sandboxes' network; default: the first free one. */
  readonly address?: string;
  /** A layer that saveLayer() has made: the host begins with that disk instead of a bare one. */
  readonly layer?: string;
}

/**
 * Starts a host and resolves when ssh answers. A running host is returned as it is; one that was
 * powered off boots with its disk.
 * @throws HintedError when a prerequisite is missing, or it doesn't boot.
 */
export async function startNspawnHost(options: NspawnOptions): Promise<NspawnHost> {
  const id = hostId(options);
  const problems = checkPrerequisites();
  if (problems.length > 0) {
    throw new HintedError(`Cannot start host "${options.name}": ${problems.join('\n')}`);
  }
  const report = options.report ?? silent;
  return await withLock(`host-${id}`, async () => {
    const known = readRecord(id);
    if (known !== undefined && isAlive(known.starter)) {
      if (!gatewayRuns(NSPAWN_GATEWAY)) {
        await withLock('network', async () =>
          ensureGateway(NSPAWN_GATEWAY, gatewayAddress(await ensureNetwork())),
        );
      }
      const host = describe(known);
      // The process that started it may have been killed before it had booted.
      await waitForSsh(known, host.address);
      return host;
    }
    if (known !== undefined) return describe(await boot(known, options.authorizedKeys));
    const record = await allocate(id, options, report);
    try {
      return describe(await boot(record, options.authorizedKeys));
    } catch (error) {
      await stopNspawnHost(record, { locked: true });
      throw error;
    }
  });
}

/** Records a new host, with a number that no other has. */
async function allocate(id: string, options: NspawnOptions, report: Report): Promise<HostRecord> {
  const base =
    options.layer === undefined
      ? await buildBase(report, options.release ?? DEFAULT_RELEASE)
      : undefined;
  // The layers' lock: the host's base and layers must not be removed before the host is recorded.
  const recorded = await withLock('layers', async () => {
    if (base !== undefined && !existsSync(paths.base(base))) return undefined;
    const ground = base === undefined ? savedLayer(options) : { base, disks: [] };
    return await withLock('network', async () => {
      const taken = new Set(readRecords().map(({ number }) => number));
      const record: HostRecord = {
        version: 1,
        id,
        name: options.name,
        workspace: canonical(options.workspace),
        ...(options.environment !== undefined && { environment: options.environment }),
        number: options.address === undefined ? free(taken) : wanted(options.address, taken),
        ...ground,
        personalised: false,
        ...(options.memory === undefined ? {} : { memory: options.memory }),
      };
      await writeRecord(record);
      return record;
    });
  });
  // A clone with another recipe has just removed the base, which no host stood on.
  return recorded ?? (await allocate(id, options, report));
}

function savedLayer({ name, layer = '', release }: NspawnOptions): LayerRecord {
  const record = readLayer(layer);
  if (record === undefined) {
    throw new HintedError(`Cannot start host "${name}": there is no layer "${layer}"`);
  }
  if (release === undefined || record.base.startsWith(`${release}-`)) return record;
  throw new HintedError(`Cannot start host "${name}": the layer "${layer}" is not of ${release}`);
}

function free(taken: ReadonlySet<number>): number {
  for (let number = firstNumber; number <= lastNumber; number += 1) {
    if (!taken.has(number)) return number;
  }
  throw new HintedError(
    `Cannot start another host: all ${String(lastNumber - firstNumber + 1)} addresses are taken`,
    { hint: 'Take some down; listHosts() lists them' },
  );
}

function wanted(address: string, taken: ReadonlySet<number>): number {
  const subnet = readSubnet() ?? candidateSubnets[0] ?? '';
  const number = numberOf(subnet, address);
  if (number === undefined) {
    throw new HintedError(
      `Cannot give a host the address "${address}": sandboxes have ${subnet}.${String(firstNumber)} to ${subnet}.${String(lastNumber)}`,
    );
  }
  if (taken.has(number)) {
    throw new HintedError(`Cannot give a host the address "${address}": another host has it`);
  }
  return number;
}
