import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { scriptsOf, type Script } from '../../../testing/ci-scripts-of.js';
import { repositoryIn, type TemporaryRepository } from '../../../testing/repository-in.js';

const PASSWORD = 'open sesame';

/**
 * The scripts of the generated files, in their order and with the variables that the files give them, as a CI
 * runs them. Only what the CI itself has is replaced: npm, which installs what is there already, gh and GitLab.
 */
describe.each(['github', 'gitlab'] as const)('the scripts for %s', (provider) => {
  let host: TestHost;
  let connection: Connection;
  let workspace: CommandWorkspace;
  let repository: TemporaryRepository;
  let scripts: readonly Script[];
  let gitlab: Server;
  const notes: { id: number; body: string }[] = [];
  const tokens = new Set<unknown>();

  beforeAll(async () => {
    host = await startTestHost(`ci-${provider}`);
    connection = await host.connect();
    workspace = new CommandWorkspace();
    const { address, port, user, knownHostsFile } = host.host;
    repository = repositoryIn(workspace.folder);
    workspace.write('.gitignore', 'node_modules\nhome\nprograms\n*.log\n.nx\n');
    workspace.write('public/index.html', 'the first page\n');
    workspace.write('environments/staging/known_hosts', readFileSync(knownHostsFile, 'utf8'));
    workspace.write(
      'environments/staging/environment.yaml',
      `hosts: { web: { address: ${address}, port: ${String(port)}, user: ${user} } }
url: http://staging.shop.example
secrets: { names: { token: Of the CA } }
application: { name: shop, static: { /: { folder: public } } }
release: { revision: main }
nginx: {}
server: { files: { /etc/token: { content: "\${secrets.token}" } } }
`,
    );
    nx('@fairness-deploy/core:environment', 'staging');
    nx('@fairness-deploy/release:ci', 'staging', `--provider=${provider}`, '--provision');
    repository.commit('the first page');
    const file =
      provider === 'github' ? '.github/workflows/deploy-staging.yml' : '.gitlab/deploy-staging.yml';
    scripts = scriptsOf(parse(readFileSync(join(workspace.folder, file), 'utf8')));
    writePrograms();
    gitlab = startGitlab();
    await once(gitlab, 'listening');
  });
  afterAll(async () => {
    gitlab.close();
    await connection.close();
    await host.stop();
    workspace.dispose();
  });

  function nx(...words: readonly string[]): void {
    execFileSync(join(workspace.folder, 'node_modules/.bin/nx'), ['g', ...words], {
      cwd: workspace.folder,
      env: nxEnvironment({ FAIRNESS_VAULT_PASSWORD: PASSWORD }),
      stdio: 'ignore',
    });
  }

  function writePrograms(): void {
    mkdirSync(join(workspace.folder, 'home'));
    const programs = {
      npm: 'echo "npm $*" >>"$HOME/npm.log"',
      // The list has our own comment, once there is one; --field body=@file.
      gh: `echo "$*" >>"$HOME/gh.log"
case "$*" in
  *--paginate*) if [ -e "$HOME/comment" ]; then echo 7; fi ;;
  *body=@plan.md*) cp plan.md "$HOME/comment" ;;
esac`,
    };
    for (const [name, script] of Object.entries(programs)) {
      workspace.write(`programs/${name}`, `#!/bin/sh\n${script}\n`);
      chmodSync(join(workspace.folder, 'programs', name), 0o755);
    }
  }

  /** The notes of a merge request, as GitLab's API has them. */
  function startGitlab(): Server {
    return createServer((request, response) => {
      tokens.add(request.headers['private-token']);
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        if (request.method !== 'GET') {
          const { body } = JSON.parse(text) as { readonly body: string };
          const note = notes.find(({ id }) => request.url?.endsWith(`/notes/${String(id)}`));
          if (note) note.body = body;
          else notes.push({ id: notes.length + 1, body });
        }
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(request.method === 'GET' ? notes : {}));
      });
    }).listen(0, '127.0.0.1');
  }

  /** The value of a variable: the CI fills in its own and its secrets. */
  function filledIn(text: string): string {
    const key = host.host.identityFile;
    const values: Readonly<Record<string, string>> = {
      'secrets.STAGING_SSH_KEY': readFileSync(key, 'utf8'),
      'secrets.STAGING_VAULT_PASSWORD': PASSWORD,
      'github.token': 'of-github',
      'github.event.pull_request.number': '12',
      STAGING_SSH_KEY: key,
      STAGING_VAULT_PASSWORD: PASSWORD,
    };
    const known = (name: string): string => {
      const value = values[name];
      if (value === undefined) throw new Error(`The CI does not have ${name}`);
      return value;
    };
    return text
      .replaceAll(/\$\{\{ (\S+) \}\}/g, (_, name: string) => known(name))
      .replaceAll(/\$([A-Z_]+)/g, (_, name: string) => known(name));
  }

  function run({ script, variables }: Script): Promise<string> {
    const own = Object.entries(variables).map(([name, text]) => [name, filledIn(text)] as const);
    const commit = repository.git('rev-parse', 'HEAD');
    const env = {
      PATH: `${join(workspace.folder, 'programs')}:${String(process.env['PATH'])}`,
      HOME: join(workspace.folder, 'home'),
      CI: 'true',
      ...{ GITHUB_SHA: commit, GITHUB_REPOSITORY: 'team/shop', CI_COMMIT_SHA: commit },
      CI_API_V4_URL: `http://127.0.0.1:${String((gitlab.address() as AddressInfo).port)}`,
      ...{ CI_PROJECT_ID: '1', CI_MERGE_REQUEST_IID: '12', PLAN_TOKEN: 'of-gitlab' },
      ...Object.fromEntries(own),
    };
    const shell = provider === 'github' ? 'bash' : 'sh';
    return new Promise((resolve) => {
      execFile(
        shell,
        ['-e', '-c', script],
        { cwd: workspace.folder, env, encoding: 'utf8' },
        (error, stdout, stderr) => {
          resolve(`${error ? 'failed' : 'ok'}\n${stdout}${stderr}`);
        },
      );
    });
  }

  async function runJob(job: string): Promise<string> {
    const said: string[] = [];
    for (const script of scripts.filter((one) => one.job === job)) {
      const output = await run(script);
      said.push(output);
      expect(output).toMatch(/^ok\n/);
    }
    return said.join('\n');
  }
  const [plan, deploy] =
    provider === 'github' ? ['plan', 'deploy'] : ['plan-staging', 'deploy-staging'];
  const comment = (): string =>
    provider === 'github'
      ? readFileSync(join(workspace.folder, 'home/comment'), 'utf8')
      : (notes[0]?.body ?? '');
  const page = async (): Promise<string> =>
    (await connection.run(sh`curl -fsS http://127.0.0.1/`)).stdout.toString();

  it('comment with the plan, without a secret', async () => {
    const said = await runJob(plan);
    expect(comment()).toMatch(/^<!-- plan of staging -->\n### Plan of staging\n\n {4}/);
    expect(comment()).toContain('/etc/nginx');
    for (const text of [said, comment()]) {
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toContain('PRIVATE KEY');
      expect(text).not.toContain('changeme');
    }
  }, 120_000);

  it('deploy the commit', async () => {
    if (provider === 'github') await runJob('test');
    await runJob(deploy);
    expect(await page()).toBe('the first page\n');
  }, 120_000);

  it('replace the comment, and deploy the next commit', async () => {
    workspace.write('public/index.html', 'the second page\n');
    repository.commit('the second page');
    await runJob(plan);
    expect(comment()).toContain('nothing to change');
    expect(notes.length).toBe(provider === 'gitlab' ? 1 : 0);
    if (provider === 'github') {
      const calls = readFileSync(join(workspace.folder, 'home/gh.log'), 'utf8');
      expect(calls).toContain('--method POST repos/team/shop/issues/12/comments --field');
      expect(calls).toContain('--method PATCH repos/team/shop/issues/comments/7 --field');
    } else {
      expect([...tokens]).toEqual(['of-gitlab']);
    }
    await runJob(deploy);
    expect(await page()).toBe('the second page\n');
  }, 120_000);

  it('fail when the plan fails, and comment all the same', async () => {
    const file = 'environments/staging/environment.yaml';
    const before = readFileSync(join(workspace.folder, file), 'utf8');
    workspace.write(file, before.replace('nginx: {}', 'nginx: { no: 1 }'));
    const [planning, commenting] = scripts
      .filter(({ job, name }) => job === plan && name !== undefined)
      .slice(-2);
    if (!planning || !commenting) throw new Error('no scripts');
    expect(await run(planning)).toMatch(/^failed\n/);
    await run(commenting);
    expect(comment()).toContain('unknown key');
    workspace.write(file, before);
  }, 60_000);

  it('leave no agent and no file with the key', () => {
    expect(existsSync(join(workspace.folder, 'home/.ssh'))).toBe(false);
    const agents = execFileSync('ps', ['-eo', 'pid=,comm='], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => /^\s*(\d+) ssh-agent$/.exec(line)?.[1] ?? [])
      .filter((id) => environmentOf(id).includes(workspace.folder));
    expect(agents).toEqual([]);
  });
});

/** The variables that a process began with; none when it has ended. */
function environmentOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8');
  } catch {
    return '';
  }
}
