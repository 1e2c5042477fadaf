import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { command, query } from '../../system/command.js';
import { withLock } from '../../system/lock.js';
import { paths } from '../../system/paths.js';
import { identify, isAlive, type ProcessIdentity } from '../../system/process-identity.js';
import { writeFileAtomically } from '../../system/write-file.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { bridge, namespaceName } from './names.js';
import { ensureNetwork, readSubnet } from './network.js';
import { hostAddress, reservedNumbers } from './subnet.js';

/** An address of this machine on the sandboxes' network that one program has for itself. */
export interface ReservedAddress {
  readonly address: string;
  readonly number: number;
}

/**
 * Reserves an address for this process, and makes the network unless it is there. All ports of it
 * are free. The network stays while the process has the address.
 * @throws HintedError when all are taken.
 */
export async function reserveAddress(): Promise<ReservedAddress> {
  return await withLock('network', async () => {
    const subnet = await ensureNetwork();
    const number = reservedNumbers.find((each) => !isAlive(ownerOf(each)));
    if (number === undefined) {
      throw new HintedError(
        `Cannot reserve an address for a program: all ${String(reservedNumbers.length)} are taken`,
        { hint: `See which processes have them: cat ${paths.addresses}/*.json` },
      );
    }
    await remove(number);
    const address = hostAddress(subnet, number);
    // First the record: what an interrupted call leaves is removed by the next one.
    await writeFileAtomically(paths.address(number), JSON.stringify(identify(process.pid)));
    const port = namespaceName(number);
    await command('ip', ['-batch', '-'], {
      input: [
        // A port of the bridge, as each host has one: with the last port the network goes.
        `link add ${port} type veth peer name ${port}-peer`,
        `link set ${port} master ${bridge} up`,
        `addr replace ${address}/24 dev ${bridge}`,
        '',
      ].join('\n'),
    });
    return { address, number };
  });
}

/** Gives an address back; does nothing when it isn't reserved. */
export async function returnAddress({ number }: ReservedAddress): Promise<void> {
  await withLock('network', () => remove(number));
}

/** Removes the addresses of processes that have ended. Call it while holding the network's lock. */
export async function removeAbandonedAddresses(): Promise<void> {
  if (!existsSync(paths.addresses)) return;
  const recorded = readdirSync(paths.addresses).map((file) => Number.parseInt(file));
  for (const number of reservedNumbers.filter((each) => recorded.includes(each))) {
    if (!isAlive(ownerOf(number))) await remove(number);
  }
}

function ownerOf(number: number): ProcessIdentity | undefined {
  const file = paths.address(number);
  if (!existsSync(file)) return undefined;
  // Written by reserveAddress() only.
  return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
}

async function remove(number: number): Promise<void> {
  const port = namespaceName(number);
  if (existsSync(`/sys/class/net/${port}`)) await command('ip', ['link', 'delete', port]);
  const address = `${hostAddress(readSubnet() ?? '', number)}/24`;
  // The bridge may be gone, and another one without the address be there.
  await query('ip', ['addr', 'delete', address, 'dev', bridge]);
  await rm(paths.address(number), { force: true });
}
