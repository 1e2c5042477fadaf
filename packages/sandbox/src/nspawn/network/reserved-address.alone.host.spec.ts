import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { releaseNetwork } from '../host/boot.js';
import { command } from '../../system/command.js';
import { paths } from '../../system/paths.js';
import { bridge, namespaceName } from './names.js';
import { reserveAddress, returnAddress } from './reserved-address.js';

const library = join(__dirname, '../../../dist/nspawn/network/reserved-address.js');

const addresses = (): Promise<string> => command('ip', ['-4', 'addr', 'show', 'dev', bridge]);

it('reserveAddress() keeps the network until the address is returned', async () => {
  const one = await reserveAddress();
  const two = await reserveAddress();
  expect(one.address).not.toBe(two.address);
  await returnAddress(one);
  await releaseNetwork();
  expect(await addresses()).toContain(` ${two.address}/24 `);
  await returnAddress(two);
  expect(await addresses().catch(() => '')).not.toContain(` ${two.address}/24 `);
  await releaseNetwork();
});

it('an address of a process that was killed is free again', async () => {
  const script = `require(process.argv[1]).reserveAddress().then(({ number }) => console.log(number))`;
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000)`, library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const number = Number(said.toString());
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await releaseNetwork();
  expect(existsSync(`/sys/class/net/${namespaceName(number)}`)).toBe(false);
  expect(existsSync(paths.address(number))).toBe(false);
});
