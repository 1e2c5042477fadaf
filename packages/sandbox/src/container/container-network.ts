import { networkInterfaces } from 'node:os';
import { isIPv4 } from 'node:net';
import { CONTAINER_GATEWAY, ensureGateway, stopGateway } from '../gateway/gateway-process.js';
import { withLock } from '../system/lock.js';
import { HintedError } from '@fairness-deploy/shell/text';
import { readContainerRecords } from './container-record.js';
import { ask, askWhether } from './ask.js';
import type { Engine } from './engine.js';

/** An engine's daemon may serve several users of this machine. */
export const DRIVER_USER = String(process.getuid?.() ?? 0);

/** The network of this user's hosts. */
export const NETWORK = `fairness-deploy-sandbox-${DRIVER_USER}`;

/** Makes the network unless it is there. Call it while holding the containers' lock. */
export async function ensureContainerNetwork({ program }: Engine): Promise<void> {
  if ((await askWhether(program, ['network', 'inspect', NETWORK])) !== undefined) return;
  await ask(program, ['network', 'create', NETWORK]);
}

/**
 * The network's address on this machine.
 * @throws HintedError when it has none of IPv4.
 */
export async function gatewayAddressOf({ program }: Engine): Promise<string> {
  // Podman and Docker describe it differently; both have it once, as `"gateway"` or `"Gateway"`.
  const described = await ask(program, ['network', 'inspect', NETWORK]);
  const address = [...described.matchAll(/"gateway": *"([^"]+)"/gi)]
    .map(([, found = '']) => found)
    .find((found) => isIPv4(found));
  if (address !== undefined) return address;
  throw new HintedError(
    `Cannot start the sandboxes' gateway: the network "${NETWORK}" has no address of IPv4`,
  );
}

/**
 * Starts the gateway. A host must run: the engine makes the bridge and its address with the first.
 * @throws HintedError when this machine doesn't have the address, as where the engine runs in a
 * virtual machine or without root.
 */
export async function ensureContainerGateway(address: string): Promise<void> {
  const own = Object.values(networkInterfaces()).flat();
  if (!own.some((one) => one?.address === address)) {
    throw new HintedError(
      `Cannot start the sandboxes' gateway: this machine has no address ${address}, that of the hosts' network`,
      {
        hint: 'The hosts reach no package source themselves here. Run the engine as root on this machine, or connect it to a network that reaches nodejs.org',
      },
    );
  }
  await withLock('containers', () => ensureGateway(CONTAINER_GATEWAY, address));
}

/** Removes network and gateway when no host of this user is left. */
export async function releaseContainerNetwork({ program }: Pick<Engine, 'program'>): Promise<void> {
  await withLock('containers', async () => {
    if (readContainerRecords().length > 0) return;
    await stopGateway(CONTAINER_GATEWAY);
    if ((await askWhether(program, ['network', 'inspect', NETWORK])) === undefined) return;
    await ask(program, ['network', 'rm', NETWORK]);
  });
}
