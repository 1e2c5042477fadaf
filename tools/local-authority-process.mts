import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findHost, hostKey } from '@fairness-deploy/sandbox';
import { startGatewayAuthority } from '@fairness-deploy/sandbox/testing';
import { WORKSPACE } from './install.mjs';

/**
 * The authority of the demo: `startLocalAuthority` starts this process, with a folder for its files and
 * the environment whose host asks it. It ends when that host is taken down.
 */
const [, , folder = '', environment = ''] = process.argv;
const authority = await startGatewayAuthority(folder);

await writeFile(join(folder, 'process.pid'), `${String(process.pid)}\n`);
const rootFile = join(folder, 'issued-by.pem');
await writeFile(`${rootFile}.new`, await authority.root());
// The one that waits for it reads a whole file.
await rename(`${rootFile}.new`, rootFile);

const key = hostKey(environment, 'web', WORKSPACE);
while ((await findHost(key))?.status === 'running') await sleep(1000);
await authority.stop().finally(() => {
  process.exit(0);
});
