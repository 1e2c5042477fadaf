import { execFile } from 'node:child_process';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

// Nothing listens there: the history of the real host is asked for in vain.
const PROD = `hosts: { web: { address: 127.0.0.1, port: 1 } }
application: { name: shop, processes: { work: { command: work } } }
release: { repository: ../../shop, revision: main }
supervisor: {}
`;
const REFUSED = /^Cannot connect to web .*nothing listens on port 1$/m;

let workspace: CommandWorkspace;
beforeAll(() => {
  workspace = new CommandWorkspace();
  workspace.write('environments/prod/environment.yaml', PROD);
});
afterAll(() => {
  workspace.dispose();
});

/** What Nx prints. */
function nx(...words: readonly string[]): Promise<string> {
  const options = { cwd: workspace.folder, env: nxEnvironment() };
  return new Promise((resolve) => {
    execFile('npx', ['nx', 'run', ...words], options, (_, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}

it.each([['--from-release'], ['--from-release=live']])(
  'rehearse %s asks the real hosts for their release, on both command lines',
  async (option) => {
    expect((await workspace.run('rehearse', option, 'prod')).output).toMatch(REFUSED);
    expect(await nx('prod:rehearse', option)).toMatch(REFUSED);
  },
);
