/** A plan is saved, shown and applied, each by a process of its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

let host: TestHost;
let connection: Connection;
const variables = { FAIRNESS_SECRET_TOKEN: '' };
const workspace = new CommandWorkspace(variables);

const onHost = async (script: Script): Promise<string> =>
  (await connection.run(script)).stdout.toString();

/** Files with this content and a secret, and a user whose keys are written with its own rights. */
function describeFiles(content: string): void {
  workspace.describe(
    'prod',
    { web: host },
    {
      secrets: { names: { token: 'A token' } },
      server: {
        users: { ana: { authorizedKeys: [] } },
        files: {
          '/etc/plain': { content },
          '/etc/secret': { content: '${secrets.token}\n' },
        },
      },
    },
  );
}

beforeAll(async () => {
  host = await startTestHost('saved-plan');
  connection = await host.connect();
});
afterAll(async () => {
  workspace.dispose();
  await connection.close();
  await host.stop();
});

describe('a saved plan', () => {
  beforeEach(async () => {
    variables.FAIRNESS_SECRET_TOKEN = 'the-first-token';
    describeFiles('first\n');
    await onHost(sh`rm -f /etc/plain /etc/secret`);
    const { status, output } = await workspace.run('plan', 'prod', '--out=plan.json');
    expect({ status, output }).toMatchObject({ status: 0 });
  });

  it('is shown without the host and without secrets, and applied without a question', async () => {
    expect(readFileSync(join(workspace.folder, 'plan.json'), 'utf8')).not.toContain('first-token');
    const withoutSecrets = variables.FAIRNESS_SECRET_TOKEN;
    variables.FAIRNESS_SECRET_TOKEN = '';
    const shown = await workspace.run('plan', 'prod', '--show=plan.json', '--detailed-exit-code');
    expect(shown.output).toContain('+ file:/etc/plain');
    expect(shown.output).not.toContain('connected to');
    expect(shown.status).toBe(1);
    variables.FAIRNESS_SECRET_TOKEN = withoutSecrets;
    const applied = await workspace.run('provision', 'prod', '--plan=plan.json');
    expect(applied).toMatchObject({ status: 0 });
    expect(await onHost(sh`cat /etc/plain /etc/secret`)).toBe('first\nthe-first-token\n');
    // The job of the first one has changed the host.
    const again = await workspace.run('provision', 'prod', '--plan=plan.json');
    expect(again.status).toBe(1);
    expect(again.output).toContain('a job has changed the host since: provision');
  });

  it.each<[string, () => unknown]>([
    [
      'the configuration',
      () => {
        describeFiles('second\n');
      },
    ],
    ['a secret', () => (variables.FAIRNESS_SECRET_TOKEN = 'the-second-token')],
    ['the host', () => onHost(sh`echo by hand >/etc/plain`)],
  ])('is refused when %s has changed since', async (_, change) => {
    await change();
    const before = await onHost(sh`cat /etc/plain /etc/secret 2>/dev/null || :`);
    const { status, output } = await workspace.run('provision', 'prod', '--plan=plan.json');
    expect(status).toBe(1);
    expect(output).toContain('the configuration, a secret, or the host has changed since');
    expect(output).toContain('nx run prod:plan --out=plan.json');
    expect(await onHost(sh`cat /etc/plain /etc/secret 2>/dev/null || :`)).toBe(before);
  });

  it('is refused as a file that is none', async () => {
    writeFileSync(join(workspace.folder, 'plan.json'), '{"version":7}');
    const { status, output } = await workspace.run('provision', 'prod', '--plan=plan.json');
    expect(status).toBe(1);
    expect(output).toContain('it is no plan of this version');
  });
});
