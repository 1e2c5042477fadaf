import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateKey, HOST_KEY_TYPES, hostKeyFile, knownHostsLines } from '../driver/host-keys.js';
import { gatewayFiles } from '../gateway/gateway-files.js';
import { command } from '../system/command.js';
import { paths } from '../system/paths.js';
import type { ContainerRecord } from './container-record.js';

/**
 * Gives a container that has not started its own keys, logins and package sources.
 * @param container its name.
 */
export async function personaliseContainer(
  program: string,
  container: string,
  record: ContainerRecord,
  authorizedKeys: readonly string[],
): Promise<void> {
  const { identity, knownHosts } = paths.container(record.id);
  const files = await mkdtemp(join(tmpdir(), 'sandbox-'));
  try {
    const write = async (path: string, content: string, mode: number): Promise<void> => {
      await mkdir(dirname(join(files, path)), { recursive: true });
      await writeFile(join(files, path), content, { mode });
    };
    await generateKey('ed25519', identity, `sandbox ${record.name}`);
    for (const type of HOST_KEY_TYPES) {
      await generateKey(type, join(files, hostKeyFile(type)), `root@${record.name}`);
    }
    const keys = [await readFile(`${identity}.pub`, 'utf8'), ...authorizedKeys];
    await write('root/.ssh/authorized_keys', keys.map((key) => `${key.trim()}\n`).join(''), 0o600);
    if (record.gateway !== undefined) {
      for (const [path, text] of Object.entries(gatewayFiles(record.gateway))) {
        await write(path, text, 0o644);
      }
    }
    await chmod(join(files, 'root/.ssh'), 0o700);
    // The container's own first program puts them in place: see the Dockerfile.
    await command(program, ['cp', `${files}/.`, `${container}:/sandbox-files`]);
    const port = record.ports[22] ?? 22;
    await writeFile(knownHosts, knownHostsLines(files, `[127.0.0.1]:${String(port)}`));
  } finally {
    await rm(files, { recursive: true, force: true });
  }
}
