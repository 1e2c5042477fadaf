import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { listHosts } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shop, shopIn, type Mistake } from './testing/shop.js';
import { startRealHost, type RealHost } from './testing/real-hosts.js';

const TIMEOUT_MILLISECONDS = 600_000;

/** A server whose messages are compared, and one that must not be contacted. */
let host: TestHost;
let silent: RealHost;
/** Two workspaces with one environment: the first one has the server. */
let prod: CommandWorkspace;
let rehearsed: CommandWorkspace;
let repository = '';

beforeAll(async () => {
  [host, silent] = await Promise.all([startTestHost('rehearse-prod'), startRealHost()]);
  prod = new CommandWorkspace();
  rehearsed = new CommandWorkspace(silent.variables);
  repository = shopIn(join(prod.folder, 'shop')).folder;
  // The server hears a command that does contact it.
  describeSilent({});
  await rehearsed.run('ping', 'prod');
  expect([silent.calls() > 0, silent.asked().includes(silent.address)]).toEqual([true, true]);
  silent.forget();
});
afterAll(async () => {
  for (const workspace of [prod, rehearsed]) {
    await workspace.run('rehearse', 'prod', '--remove');
    workspace.dispose();
  }
  await Promise.all([host.stop(), silent.stop()]);
});

/** The environment on the server that must not be contacted. */
function describeSilent(sections: Readonly<Record<string, unknown>>): void {
  const hosts = { web: { address: silent.address, port: silent.port } };
  rehearsed.write('environments/prod/environment.yaml', JSON.stringify({ hosts, ...sections }));
}

interface Failure {
  readonly message: string;
  readonly details?: string;
  readonly hint?: string;
}

/**
 * What a command says that people read when it fails, without names of releases and jobs, and without what only a
 * rehearsal says: that a hint's command is for the real hosts.
 */
async function failures(
  workspace: CommandWorkspace,
  ...[name, ...words]: readonly [string, ...string[]]
): Promise<readonly Failure[]> {
  const { output } = await workspace.run(name, 'prod', '--json', ...words);
  const known = output
    .replaceAll(/\d{8}-\d{6}-[0-9a-f]{7}/g, 'RELEASE')
    .replaceAll(/\d{8}T?-?\d{6}-[0-9a-f]+/g, 'JOB');
  return known
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Failure & { readonly type: string })
    .filter(({ type }) => type === 'failure')
    .map(({ message, details, hint }) => ({
      message,
      ...(details !== undefined && { details }),
      ...(hint !== undefined && { hint: hint.replace(/\nin a rehearsal, prod:.*$/, '') }),
    }));
}

const MISTAKES: readonly (readonly [Mistake, RegExp])[] = [
  ['package', /cowsay: not found/],
  ['migration', /the table items is missing/],
  ['variable', /GREETING: it is not set/],
  ['health', /\/healthy[^]*404/],
];

describe.each(MISTAKES)('a mistake in the %s', (mistake, said) => {
  it(
    'gives the same message as the server would, and the server is not contacted',
    async () => {
      const sections = shop(repository, mistake);
      prod.describe('prod', { web: host }, sections);
      describeSilent(sections);
      const onHost = [
        ...(await failures(prod, 'provision', '--yes')),
        ...(await failures(prod, 'deploy')),
      ];
      const onStage = await failures(rehearsed, 'rehearse');
      expect(JSON.stringify(onHost)).toMatch(said);
      expect(onStage).toEqual(onHost);
      expect(silent.calls()).toBe(0);
      expect(silent.asked()).not.toContain(silent.address);
      expect((await listHosts()).filter(({ workspace }) => workspace === rehearsed.folder)).toEqual(
        [],
      );
    },
    TIMEOUT_MILLISECONDS,
  );
});

it(
  'rehearse --from-release begins with the release that is live, by its recorded commit',
  async () => {
    prod.describe('prod', { web: host }, shop(repository, 'none'));
    await prod.run('provision', 'prod', '--yes');
    expect((await prod.run('deploy', 'prod')).status).toBe(0);
    const { status, output } = await prod.run('rehearse', 'prod', '--from-release');
    expect([status, output]).toEqual([0, expect.stringMatching(/First the release \d+-\d+-\w+/)]);
    expect(output).toMatch(
      /\ndeploy [0-9a-f]{10} prod: web\n[^]* is live as[^]*\ndeploy prod: web\n/,
    );
    expect((await listHosts()).filter(({ workspace }) => workspace === prod.folder)).toEqual([]);
  },
  TIMEOUT_MILLISECONDS,
);
