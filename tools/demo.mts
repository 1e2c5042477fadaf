import { cpSync, existsSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describeHost } from '@fairness-deploy/sandbox';
import { describeFailure } from '@fairness-deploy/shell/text';
import { run, timed, WORKSPACE } from './install.mjs';
import { makeSecrets } from './make-secrets.mjs';

/** From a bare Debian host to a running web application: `npm run demo`. */
const since = performance.now();
await timed('Making a git repository of examples/permacoop in tmp/permacoop', makeRepository);
await timed('Making up secrets, encrypted in environments/sandbox/secrets.yaml', () =>
  makeSecrets(WORKSPACE, 'sandbox'),
).catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
});
const nx = (...args: readonly string[]): void => {
  process.stdout.write(`\n$ nx ${args.join(' ')}\n`);
  run('npx', ['nx', ...args], { NX_TUI: 'false' });
};
nx('run', 'sandbox:up');
nx('run', 'sandbox:provision', '--yes');
nx('run', 'sandbox:deploy');
const host = describeHost('sandbox', 'web', WORKSPACE);
if (!host) throw new Error('The host of the demo is not up any more');
process.stdout.write(`
http://${host.address}/ shows it. That took ${((performance.now() - since) / 1000).toFixed(0)} s. Next:
  npx nx run sandbox:provision   finds nothing to change
  npx nx run sandbox:status      what runs there
  npx nx run sandbox:secrets     its secrets, decrypted in your editor
  npx nx run sandbox:ssh         a shell on the host
  npx nx run sandbox:down        takes it all away
`);

/** The application as its developers have it: a repository of its own. An existing one is left alone. */
function makeRepository(): void {
  const repository = join(WORKSPACE, 'tmp', 'permacoop');
  if (existsSync(join(repository, '.git'))) return;
  rmSync(repository, { recursive: true, force: true });
  cpSync(join(WORKSPACE, 'examples', 'permacoop'), repository, {
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
  git('commit', '--message=Permacoop goes live');
}
