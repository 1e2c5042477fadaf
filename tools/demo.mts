/**
 * From a bare Debian host to a running web application: `npm run demo`, by run-demo.mjs. With `--tls` over https, with
 * a certificate of a CA on this machine.
 */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  chooseDriver,
  findHost,
  hostKey,
  publishedPort,
  startNspawnHost,
  WANTED_DRIVERS,
  type ListedHost,
  type WantedDriver,
} from '@fairness-deploy/sandbox';
import { makeDirectoryAuthority } from '@fairness-deploy/sandbox/testing';
import { describeFailure } from '@fairness-deploy/shell/text';
import { installDebianPackages, run, timed, WORKSPACE } from './install.mjs';
import { startLocalAuthority } from './local-authority.mjs';
import { makeSecrets } from './make-secrets.mjs';
import { trustWords } from './trust-words.mjs';

const since = performance.now();
const { tls, wanted } = readOptions();
await chooseDriver(wanted).catch(failed);
const environment = tls ? 'sandbox-tls' : 'sandbox';
/** The domain of environments/sandbox-tls. */
const DOMAIN = 'demo.test';
const AUTHORITY = join(WORKSPACE, 'tmp', 'local-authority');
if (tls) {
  await installDebianPackages(['openssl', 'pebble']);
  // The environment file names it.
  await makeDirectoryAuthority(AUTHORITY);
}
await timed('Making a git repository of examples/demo in tmp/demo', makeRepository);
await timed(`Making up secrets, encrypted in environments/${environment}/secrets.yaml`, () =>
  makeSecrets(WORKSPACE, environment),
).catch(failed);
const nx = (...args: readonly string[]): void => {
  process.stdout.write(`\n$ nx ${args.join(' ')}\n`);
  run('npx', ['nx', ...args], { NX_TUI: 'false' });
};
// Without one, `up` chooses, and says why.
nx('run', `${environment}:up`, ...(wanted === 'auto' ? [] : [`--driver=${wanted}`]));
const trust = tls ? await makeAuthority().catch(failed) : undefined;
nx('run', `${environment}:provision`, '--yes');
nx('run', `${environment}:deploy`);
process.stdout.write(`
${trust ?? `${urlOf(await hostOfDemo())} shows it. `}That took ${((performance.now() - since) / 1000).toFixed(0)} s. Next:
  npx nx run ${environment}:provision   finds nothing to change
  npx nx run ${environment}:status      what runs there
  npx nx run ${environment}:secrets     its secrets, decrypted in your editor
  npx nx run ${environment}:ssh         a shell on the host
  npx nx run ${environment}:down        takes it all away
`);

function failed(error: unknown): never {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
}

async function hostOfDemo(): Promise<ListedHost> {
  const host = await findHost(hostKey(environment, 'web', WORKSPACE));
  if (!host) throw new Error('The host of the demo is not up any more');
  return host;
}

function urlOf(host: ListedHost): string {
  const port = publishedPort(host, 80);
  return `http://${host.address}${port === 80 ? '' : `:${String(port)}`}/`;
}

/** Starts the authority. @returns how to trust what it signs. */
async function makeAuthority(): Promise<string> {
  // It is up already: this describes it.
  const host = await startNspawnHost(hostKey(environment, 'web', WORKSPACE));
  const names = [DOMAIN, `www.${DOMAIN}`];
  const { rootFile } = await startLocalAuthority(AUTHORITY, names, environment, host);
  return trustWords({ name: DOMAIN, address: host.address, rootFile });
}

/** Those that run-demo.mjs has checked. */
function readOptions(): { readonly tls: boolean; readonly wanted: WantedDriver } {
  const { values } = parseArgs({
    options: {
      tls: { type: 'boolean', default: false },
      driver: { type: 'string', default: 'auto' },
    },
  });
  const named = WANTED_DRIVERS.find((name) => name === values.driver);
  if (named === undefined) throw new RangeError(`There is no driver ${values.driver}`);
  return { tls: values.tls, wanted: values.tls ? 'nspawn' : named };
}

/** The application as its developers have it: a repository of its own. An existing one is left alone. */
function makeRepository(): void {
  const repository = join(WORKSPACE, 'tmp', 'demo');
  if (existsSync(join(repository, '.git'))) return;
  rmSync(repository, { recursive: true, force: true });
  cpSync(join(WORKSPACE, 'examples', 'demo'), repository, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist)$/.test(path),
  });
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.org', ...args], {
      cwd: repository,
      stdio: 'ignore',
    });
  };
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message=The demo goes live');
}
