import { rename, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { addressOfGateway, startGatewayAuthority } from '@fairness-deploy/sandbox/testing';

/**
 * The authority of the demo: `startLocalAuthority` starts this process with a folder. It ends when
 * the last host of the sandbox is taken down, with the network.
 */
const [, , folder = ''] = process.argv;
const authority = await startGatewayAuthority(folder);
const address = addressOfGateway();

await writeFile(join(folder, 'process.pid'), `${String(process.pid)}\n`);
const rootFile = join(folder, 'issued-by.pem');
await writeFile(`${rootFile}.new`, await authority.root());
// The one that waits for it reads a whole file.
await rename(`${rootFile}.new`, rootFile);

const networkIsUp = (): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
setInterval(() => {
  if (networkIsUp()) return;
  void authority.stop().finally(() => {
    process.exit(0);
  });
}, 1000);
