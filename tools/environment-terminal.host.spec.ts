import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { nxEnvironment } from '@fairness-deploy/shell/testing';
import { runInTerminal } from '../packages/secrets/src/testing/run-in-terminal.js';

const NX = { NX_DAEMON: 'false', FAIRNESS_VAULT_PASSWORD: 'open sesame' };
let workspace: CommandWorkspace;
beforeEach(() => {
  workspace = new CommandWorkspace(NX);
  workspace.write('environments/demo.yaml', 'vars: {}\n');
  workspace.write(
    'environments/shop.yaml',
    'secrets: { names: { token: Of the CA, key: Of the mailer } }\n',
  );
});
afterEach(() => {
  workspace.dispose();
});

it('nx g environment asks on a terminal, and hides a secret that is typed', async () => {
  const { status, output } = await runInTerminal(
    'node_modules/.bin/nx g @fairness-deploy/core:environment staging',
    {
      cwd: workspace.folder,
      env: nxEnvironment({ ...NX, CI: '' }),
      answers: [
        [/A number/, '2\r'],
        [/in a sentence/, 'To try things\r'],
        [/Address of its host/, '203.0.113.10\r'],
        [/Who logs in/, 'root\r'],
        [/Where do people open/, 'https://staging.shop.example\r'],
        [/A resource/, 'VM=Hetzner, fsn1\r'],
        [/A resource/, '\r'],
        [/token \(Of the CA\), hidden/, 'hunter2hunter2\r'],
        [/key \(Of the mailer\), hidden/, '\r'],
      ],
    },
  );
  expect([output, status]).toEqual([expect.stringContaining('token (Of the CA): as typed'), 0]);
  expect(output).not.toContain('hunter2');
  expect(output).toContain('npx nx run staging:secrets     # values for key');
  const text = readFileSync(
    join(workspace.folder, 'environments/staging/environment.yaml'),
    'utf8',
  );
  for (const part of ['extends: ../shop.yaml', 'address: 203.0.113.10', 'Hetzner, fsn1']) {
    expect(text).toContain(part);
  }
  const shown = await workspace.run('secrets-show', 'staging', '--reveal');
  expect(shown.output).toContain('hunter2hunter2');
}, 120_000);

it('nx g environment asks nothing when it is told not to', async () => {
  const { status, output } = await runInTerminal(
    'node_modules/.bin/nx g @fairness-deploy/core:environment staging --extends=shop --no-interactive',
    { cwd: workspace.folder, env: nxEnvironment({ ...NX, CI: '' }) },
  );
  expect([output, status]).toEqual([
    expect.stringContaining('token (Of the CA): a placeholder'),
    0,
  ]);
}, 120_000);
