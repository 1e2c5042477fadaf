/**
 * A property of the demo's environment: whichever line of it is removed, the plan shows the consequence and nothing
 * else, `provision` converges, and a second one changes nothing. Some lines at random, or all: `LINES=all`.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Core from '@fairness-deploy/core';
import type * as Commands from '@fairness-deploy/core/commands';
import type { Resource } from '@fairness-deploy/core/resources';
import { CommandWorkspace, type Ended } from '@fairness-deploy/core/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';

const FILE = 'environments/lines/environment.yaml';
/** Lines that are tried; each takes some ten seconds. */
const SAMPLE = 8;

let host: TestHost;
const variables = Object.fromEntries(
  ['FILE_ENCRYPTION_KEY', 'CALENDAR_SECRET', 'DB_PASSWORD'].map((name) => [
    `FAIRNESS_SECRET_${name}`,
    `the-value-of-${name.toLowerCase()}`,
  ]),
);
const workspace = new CommandWorkspace(variables);

/** What the demo's environments have in common, in the environment itself; sites and the database are the sandbox's. */
function demo(): string {
  const { address, port, user, identityFile } = host.host;
  const shared = readFileSync('environments/demo.yaml', 'utf8').replace(
    /^ {2}node: .*$/m,
    `  node:\n    version: 20.20.2\n    mirror: ${gateway.nodeMirror}`,
  );
  return `${shared}
hosts:
  web:
    address: ${address}
    port: ${String(port)}
    user: ${user}
    identityFile: ${identityFile}
postgres:
  mode: local
  server:
    memory: 256MB
    settings:
      log_min_duration_statement: 500ms
  backups:
    schedule: '*-*-* 03:00'
`;
}

beforeAll(async () => {
  host = await startTestHost('lines');
  workspace.write('environments/lines/known_hosts', readFileSync(host.host.knownHostsFile, 'utf8'));
  workspace.write(FILE, demo());
  const { status, output } = await run('provision', '--yes');
  if (status !== 0) throw new Error(output);
});
afterAll(async () => {
  workspace.dispose();
  await host.stop();
});

const run = (command: string, ...words: readonly string[]): Promise<Ended> =>
  workspace.run(command, 'lines', ...words);

/** What the built packages want on the host, by address; undefined: the file is refused. */
async function wanted(): Promise<ReadonlyMap<string, Resource> | undefined> {
  const built = createRequire(join(process.cwd(), 'package.json'));
  // Sound: the built packages, of which the plugins are made as well.
  const { loadEnvironment } = built('@fairness-deploy/core') as typeof Core;
  const { wantedOf } = built('@fairness-deploy/core/commands') as typeof Commands;
  Object.assign(process.env, variables);
  try {
    const loaded = await loadEnvironment({ workspace: workspace.folder, name: 'lines' });
    const resources = wantedOf({ ...loaded, hosts: loaded.environment.hosts }).get('web') ?? [];
    return new Map(resources.map((resource) => [resource.address, resource]));
  } catch {
    return undefined;
  }
}

const addressOf = ({ kind, name }: { kind: string; name: string }): string =>
  kind === 'package' ? 'apt:unneeded-packages' : `${kind}:${name}`;

/** What may change on the host when it is to be as `after`, and was as `before`. */
function consequences(
  before: ReadonlyMap<string, Resource>,
  after: ReadonlyMap<string, Resource>,
): ReadonlySet<string> {
  const changed = [...after].filter(([address, one]) => !before.get(address)?.equals(one));
  const ownedBy = (all: ReadonlyMap<string, Resource>): readonly string[] =>
    [...all.values()].flatMap(({ owns = [] }) => owns.map(addressOf));
  const stays = new Set(ownedBy(after));
  return new Set([
    ...changed.map(([address]) => address),
    ...ownedBy(before).filter((address) => !stays.has(address) || address.startsWith('apt:')),
    'owned:lines',
  ]);
}

const changesIn = ({ output }: Ended): readonly string[] =>
  [...output.matchAll(/^[+~-] (\S+)$/gm)].map(([, address = '']) => address);

async function tryWithout(line: number): Promise<void> {
  const whole = demo();
  const lines = whole.split('\n');
  const before = await wanted();
  workspace.write(FILE, lines.toSpliced(line, 1).join('\n'));
  const after = await wanted();
  try {
    const plan = await run('plan');
    if (!before || !after) {
      // One clear error, and no host was asked.
      expect(plan.status).toBe(1);
      expect(plan.output).toMatch(/environment\.yaml:\d+/);
      expect(plan.output).not.toContain('connected to');
      return;
    }
    const allowed = consequences(before, after);
    expect(changesIn(plan).filter((address) => !allowed.has(address))).toEqual([]);
    expect(await run('provision', '--yes')).toMatchObject({ status: 0 });
    expect((await run('provision')).output).toContain('nothing to change');
  } finally {
    workspace.write(FILE, whole);
  }
  expect(await run('provision', '--yes')).toMatchObject({ status: 0 });
  expect((await run('provision')).output).toContain('nothing to change');
}

it('an environment of which any line is removed converges', async () => {
  const lines = demo().split('\n');
  // Without the host, nothing can be planned.
  const tried = lines.flatMap((text, at) =>
    /^\s*(?:#|$)/.test(text) || /^hosts:/.test(text) ? [] : [at],
  );
  if (process.env['LINES'] === 'all') {
    for (const line of tried) {
      await tryWithout(line).catch((cause: unknown) => {
        throw new Error(`Without the line: ${lines[line] ?? ''}`, { cause });
      });
    }
    return;
  }
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tried), async (line) => {
      await tryWithout(line);
    }),
    { numRuns: SAMPLE, endOnFailure: true },
  );
});
