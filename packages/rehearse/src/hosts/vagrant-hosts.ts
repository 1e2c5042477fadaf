/** The disposable hosts that are virtual machines: all calls of Vagrant, in a folder of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '@fairness-deploy/sandbox';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError, printable, quote } from '@fairness-deploy/shell/text';
import { parseSshConfig } from '@fairness-deploy/vagrant';
import { pathsOf, type Rehearsed } from '../state/state-folder.js';
import { letRootIn } from './let-root-in.js';
import { makeKey } from './make-key.js';
import { sideBySide } from './side-by-side.js';
import type { Report, RunningHost, StageDriver } from './stage-driver.js';
import { machinesOf, renderVagrantfile, type StageMachine } from './vagrantfile.js';

/** Vagrant answers in seconds; its provider may hang. */
const ANSWER_TIMEOUT_MILLISECONDS = 120_000;

/** How long a `vagrant up` may go on whose client was killed: a box may be on its way. */
const UP_TIMEOUT_SECONDS = 1800;
const POLL_MILLISECONDS = 500;

/** What Vagrant's log shows of a failure. */
const LAST_LINES = 15;

/** @throws HintedError when Vagrant is not installed. */
export async function prepareVagrant(report: Report): Promise<StageDriver> {
  const version = await ask('/', ['--version']);
  report(`Driver: ${version.trim()}, as asked for`);
  return VAGRANT;
}

/** The hosts of rehearsals that are virtual machines. */
export const VAGRANT: StageDriver = {
  async start(of, hosts, report) {
    const { environment } = of;
    const folder = pathsOf(of).vagrant;
    const files = filesIn(folder);
    mkdirSync(folder, { mode: 0o700 });
    const publicKey = await makeKey(files.identity, `rehearsal of ${environment}`);
    const machines = machinesOf(of, hosts);
    const { FAIRNESS_DEPLOY_BOX: box = '' } = process.env;
    writeFileSync(files.vagrantfile, renderVagrantfile(machines, box === '' ? undefined : box));
    report(`Vagrant makes the machines; its output is in ${files.log}`);
    await up(of);
    return sideBySide(machines, (machine) => reach(folder, machine, publicKey));
  },
  has: (of) => Promise.resolve(existsSync(pathsOf(of).vagrant)),
  async remove(of) {
    const folder = pathsOf(of).vagrant;
    if (!existsSync(folder)) return;
    await waitForUp(of);
    // Where no machine was made, its provider may not even work here.
    if (hasMachines(folder)) await destroy(of);
    rmSync(folder, { recursive: true });
  },
};

/** Whether Vagrant has made one of the machines: it has the provider's id of it then. */
export function hasMachines(folder: string): boolean {
  const state = join(folder, '.vagrant/machines');
  if (!existsSync(state)) return false;
  return readdirSync(state, { recursive: true }).some((path) => basename(String(path)) === 'id');
}

function filesIn(folder: string) {
  return {
    vagrantfile: join(folder, 'Vagrantfile'),
    identity: join(folder, 'id_ed25519'),
    log: join(folder, 'vagrant.log'),
    /** The process that makes the machines. */
    up: join(folder, 'up.json'),
  };
}

/** Root of a machine, as this machine and the others reach it. */
async function reach(
  folder: string,
  { name, privateAddress }: StageMachine,
  publicKey: string,
): Promise<RunningHost> {
  const said = parseSshConfig(await ask(folder, ['ssh-config', name]), name);
  // VirtualBox forwards a port of this machine: others can't use it.
  const isForwarded = /^(?:127\.|localhost$|::1$)/.test(said.address);
  const place = isForwarded
    ? { address: privateAddress, port: 22 }
    : { address: said.address, port: said.port };
  const knownHostsFile = join(folder, `known_hosts-${name}`);
  await letRootIn({ ...said, ...place, name, knownHostsFile, sudo: true }, publicKey);
  const { identity: identityFile } = filesIn(folder);
  return {
    login: { ...place, user: 'root', identityFile, knownHostsFile, publishedPorts: {} },
    address: place.address,
  };
}

/**
 * Makes and starts the machines. When the client is killed, Vagrant goes on: a machine half made would be one
 * that it does not know.
 */
async function up(of: Rehearsed): Promise<void> {
  const { vagrant: folder } = pathsOf(of);
  const files = filesIn(folder);
  const log = openSync(files.log, 'w', 0o600);
  // It begins when its process is on record.
  const script = 'read -r go && exec "$0" up </dev/null';
  const child = spawn('sh', ['-c', script, 'vagrant'], {
    ...{ cwd: folder, env: variables(), detached: true, stdio: ['pipe', log, log] },
  });
  closeSync(log);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  writeFileSync(files.up, JSON.stringify(identify(child.pid ?? 0) ?? null));
  child.stdin?.end('go\n');
  const [status] = await ended;
  if (status === 0) return;
  throw failed(of, 'start', `"vagrant up" has failed with ${String(status)}`);
}

async function waitForUp(of: Rehearsed): Promise<void> {
  const { up: file } = filesIn(pathsOf(of).vagrant);
  if (!existsSync(file)) return;
  // Sound: up() has written it.
  const process = JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity | null;
  const end = performance.now() + UP_TIMEOUT_SECONDS * 1000;
  while (isAlive(process ?? undefined)) {
    if (performance.now() > end) throw failed(of, 'remove', '"vagrant up" still runs');
    await sleep(POLL_MILLISECONDS);
  }
}

async function destroy(of: Rehearsed): Promise<void> {
  const { vagrant: folder } = pathsOf(of);
  const log = openSync(filesIn(folder).log, 'w', 0o600);
  const child = spawn('vagrant', ['destroy', '--force'], {
    ...{ cwd: folder, env: variables(), stdio: ['ignore', log, log] },
  });
  closeSync(log);
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status === 0) return;
  throw failed(of, 'remove', `"vagrant destroy" has failed with ${String(status)}`);
}

function failed(of: Rehearsed, act: string, why: string): HintedError {
  const { vagrant: folder } = pathsOf(of);
  const { log } = filesIn(folder);
  const said = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  const last = said.slice(-LAST_LINES).map((line) => `\n${printable(line)}`);
  return new HintedError(
    `Cannot ${act} the virtual machines of the rehearsal of ${of.environment}: ${why}${last.join('')}`,
    {
      hint:
        act === 'start'
          ? 'rehearse in the sandbox: leave out --driver=vagrant'
          : `remove them: (cd ${quote(folder)} && vagrant destroy), then npx nx run ${of.environment}:rehearse --remove`,
    },
  );
}

/** @returns what Vagrant prints. @throws HintedError when it is not installed, or fails. */
function ask(folder: string, words: readonly string[]): Promise<string> {
  const options = { cwd: folder, timeout: ANSWER_TIMEOUT_MILLISECONDS };
  return new Promise((resolve, reject) => {
    execFile('vagrant', words, { ...options, env: variables() }, (cause, stdout, stderr) => {
      if (!cause) resolve(stdout);
      else if (cause.code === 'ENOENT') reject(notInstalled(cause));
      else {
        const why = printable(stderr.trim()) || cause.message;
        const message = `Cannot run "vagrant ${words.join(' ')}" for the rehearsal: ${why}`;
        reject(new HintedError(message, { cause }));
      }
    });
  });
}

/** What names another Vagrantfile, or another folder of machines, is for the user's own. */
function variables(): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(),
    ...{ VAGRANT_CWD: undefined, VAGRANT_VAGRANTFILE: undefined, VAGRANT_DOTFILE_PATH: undefined },
    ...{ VAGRANT_NO_COLOR: '1' },
  };
}

function notInstalled(cause: Error): HintedError {
  return new HintedError(
    'Cannot rehearse on virtual machines: Vagrant is not installed on this machine',
    {
      hint:
        'install it and a provider such as VirtualBox: https://developer.hashicorp.com/vagrant/install\n' +
        'or rehearse in the sandbox, which needs no Vagrant: leave out --driver=vagrant',
      cause,
    },
  );
}
