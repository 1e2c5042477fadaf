import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseNetwork } from '../../nspawn/host/boot.js';
import { reserveAddress, returnAddress } from '../../nspawn/network/reserved-address.js';
import { startAuthority, type TestAuthority } from './authority.js';
import type { AuthorityOptions } from './pebble.js';

/**
 * Starts an authority for one test file. It ends with this process in every case.
 *
 * @param name for its folder.
 * @throws HintedError when the machine lacks pebble, or all addresses for authorities are taken.
 */
export async function startTestAuthority(
  name: string,
  options: AuthorityOptions = {},
): Promise<TestAuthority> {
  const reserved = await reserveAddress();
  const folder = await mkdtemp(join(tmpdir(), `authority-${name}-`));
  const clear = async (): Promise<void> => {
    await returnAddress(reserved);
    await releaseNetwork();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const authority = await startAuthority({ address: reserved.address, folder }, options);
    return {
      ...authority,
      stop: async () => {
        await authority.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}
