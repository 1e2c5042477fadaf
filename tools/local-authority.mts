import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import {
  addressOfGateway,
  GATEWAY_DIRECTORY,
  resolveByGateway,
} from '@fairness-deploy/sandbox/testing';
import { HintedError } from '@fairness-deploy/shell/text';
import { WORKSPACE } from './install.mjs';

const START_TIMEOUT_SECONDS = 60;
const PROCESS = join(WORKSPACE, 'dist', 'local-authority-process.mjs');

/** The files of an authority, in its folder. */
export interface LocalAuthority {
  /** PEM of the root that signs what it issues: to trust in a browser. */
  readonly rootFile: string;
  /** PEM of the root that signs the certificate of its own directory: for Certbot. */
  readonly directoryRootFile: string;
}

const filesOf = (folder: string): LocalAuthority => ({
  rootFile: join(folder, 'issued-by.pem'),
  directoryRootFile: join(folder, 'root.pem'),
});

/**
 * Starts an authority for a host: an ACME server on this machine, and its DNS, in which the names lead
 * to the host. The host then asks this DNS. An authority of the same folder that runs already is used.
 * The authority ends when the host is taken down; its roots stay in the folder.
 *
 * @param names the domains of the sites
 * @param environment whose host `web` it is
 * @param host that host, which is up
 * @throws HintedError when the authority of another clone runs, or this one does not start within 60
 *   seconds.
 */
export async function startLocalAuthority(
  folder: string,
  names: readonly string[],
  environment: string,
  host: NspawnHost,
): Promise<LocalAuthority> {
  const files = filesOf(folder);
  if ((await stateOf(files)) !== 'runs') await start(folder, files, environment);
  for (const name of names) await resolveByGateway(name, host);
  const resolver = `nameserver ${addressOfGateway() ?? ''}\n`;
  await writeFile(join(host.root, 'etc/resolv.conf'), resolver);
  return files;
}

async function start(folder: string, files: LocalAuthority, environment: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // The new process makes another one.
  await rm(files.rootFile, { force: true });
  const logFile = join(folder, 'process.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [PROCESS, folder, environment], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] },
  });
  closeSync(log);
  child.unref();
  const deadline = Date.now() + START_TIMEOUT_SECONDS * 1000;
  while (!existsSync(files.rootFile) || (await stateOf(files)) !== 'runs') {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      if (!ended) child.kill('SIGKILL');
      const what = ended
        ? 'it ended'
        : `it did not answer within ${String(START_TIMEOUT_SECONDS)} s`;
      const log = readFileSync(logFile, 'utf8').trim();
      throw new HintedError(`Cannot start the CA of the demo: ${what}\n${log}`.trimEnd(), {
        hint: `See its logs in ${folder}`,
      });
    }
    await sleep(50);
  }
}

/**
 * Whether the authority with these files answers.
 *
 * @throws HintedError when another one does.
 */
async function stateOf({ directoryRootFile }: LocalAuthority): Promise<'runs' | 'absent'> {
  const ca = existsSync(directoryRootFile) ? readFileSync(directoryRootFile, 'utf8') : '';
  const { hostname, port, pathname } = new URL(GATEWAY_DIRECTORY);
  const answer = await new Promise<'runs' | NodeJS.ErrnoException>((resolve) => {
    const at = { host: addressOfGateway(), port, path: pathname, servername: hostname };
    https
      .get({ ...at, ca, agent: false }, (response) => {
        response.resume();
        resolve('runs');
      })
      .on('error', resolve);
  });
  if (answer === 'runs') return answer;
  if (answer.code === 'ECONNREFUSED') return 'absent';
  throw new HintedError(
    `Cannot start the CA of the demo: another one runs on this machine (${answer.message})`,
    { hint: 'Take the host of that demo down, in its clone: npx nx run sandbox-tls:down' },
  );
}
