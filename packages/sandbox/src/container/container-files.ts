import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateKey, HOST_KEY_TYPES, hostKeyFile, knownHostsLines } from '../driver/host-keys.js';
import { hostsFile } from '../driver/hosts-file.js';
import { gatewayFiles } from '../gateway/gateway-files.js';
import { paths } from '../system/paths.js';
import { ask } from './ask.js';
import { containerName, type ContainerRecord } from './container-record.js';

/**
 * Gives a container that has not started its own keys, logins and package sources.
 */
export async function personaliseContainer(
  record: ContainerRecord,
  authorizedKeys: readonly string[],
): Promise<void> {
  const { folder, identity, knownHosts } = paths.container(record.id);
  // In the host's folder, which goes with it: this process may be killed, and these are keys.
  const files = await mkdtemp(join(folder, 'files-'));
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
    await write('etc/hosts', hostsFile(record.name, record.gateway), 0o644);
    if (record.gateway !== undefined) {
      for (const [path, text] of Object.entries(gatewayFiles(record.gateway))) {
        await write(path, text, 0o644);
      }
    }
    await chmod(join(files, 'root/.ssh'), 0o700);
    // The container's own first program puts them in place: see the Dockerfile.
    await ask(record.engine, ['cp', `${files}/.`, `${containerName(record)}:/sandbox-files`]);
    const port = record.ports[22] ?? 22;
    const place = port === 22 ? '127.0.0.1' : `[127.0.0.1]:${String(port)}`;
    await writeFile(knownHosts, knownHostsLines(files, place));
  } finally {
    await rm(files, { recursive: true, force: true });
  }
}
