/**
 * A property of the demo's environment: whichever line of it is removed, the plan shows the consequence and nothing
 * else, `provision` converges, and a second one changes nothing. Some lines at random, or all: `LINES=all`.
 */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Core from '@fairness-deploy/core';
import type { Owned } from '@fairness-deploy/core';
import type * as Files from '@fairness-deploy/environment-file';
import type * as Commands from '@fairness-deploy/core/commands';
import type { Resource } from '@fairness-deploy/core/resources';
import { CommandWorkspace, type Ended } from '@fairness-deploy/core/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

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

/** What the built packages want on the host, and own there. */
interface Wanted {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly owned: ReadonlyMap<string, Owned>;
}

/** @returns undefined when the file is refused. */
async function wanted(): Promise<Wanted | undefined> {
  const built = createRequire(join(process.cwd(), 'package.json'));
  // Sound: the built packages, of which the plugins are made as well.
  const { loadEnvironment } = built('@fairness-deploy/core') as typeof Core;
  const { contextOf, wantedOf } = built('@fairness-deploy/core/commands') as typeof Commands;
  const { EnvironmentError } = built('@fairness-deploy/environment-file') as typeof Files;
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  try {
    const loaded = await loadEnvironment({ workspace: workspace.folder, name: 'lines' });
    const { hosts } = loaded.environment;
    const all = wantedOf({ ...loaded, hosts }).get('web') ?? [];
    const ofSections = loaded.plugins.flatMap((plugin) =>
      hosts.flatMap((one) => plugin.owns?.(contextOf(loaded, plugin, one)) ?? []),
    );
    const owned = [...all.flatMap(({ owns = [] }) => owns), ...ofSections];
    return {
      resources: new Map(all.map((resource) => [resource.address, resource])),
      owned: new Map(owned.map((one) => [`${one.kind}:${one.name}`, one])),
    };
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  } finally {
    vi.unstubAllEnvs();
  }
}

/** The addresses of the resources that remove a thing. */
function addressesOf({ kind, name }: Owned): readonly string[] {
  if (kind === 'package') return ['apt:unneeded-packages'];
  return kind === 'path' ? [`path:${name}`, `file:${name}`] : [`${kind}:${name}`];
}

/** What is owned before, and not after. */
function goneIn(before: Wanted, after: Wanted): readonly Owned[] {
  return [...before.owned].flatMap(([name, one]) => (after.owned.has(name) ? [] : [one]));
}

/** What may change on the host when it is to be as `after`, and was as `before`. */
function consequences(before: Wanted, after: Wanted): ReadonlySet<string> {
  const changed = new Set(
    [...after.resources].flatMap(([address, one]) =>
      before.resources.get(address)?.equals(one) ? [] : [address],
    ),
  );
  // A service has to load a file that has changed.
  const services = [...after.resources.values()].filter(
    ({ address, follows }) =>
      address.startsWith('service:') && follows.some((one) => changed.has(one)),
  );
  return new Set([
    ...changed,
    ...services.map(({ address }) => address),
    ...goneIn(before, after).flatMap(addressesOf),
    'owned:lines',
  ]);
}

const changesIn = ({ output }: Ended): readonly string[] =>
  [...output.matchAll(/^[+~-] (\S+)/gm)].map(([, address = '']) => address);

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
    for (const { name } of goneIn(before, after)) expect(plan.output).toContain(name);
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
  // Without the way to the host, nothing can be planned.
  const way = lines.indexOf('hosts:');
  const end = lines.findIndex((text, at) => at > way && /^\w/.test(text));
  const tried = lines.flatMap((text, at) =>
    /^\s*(?:#|$)/.test(text) || (at >= way && at < end) ? [] : [at],
  );
  if (process.env['LINES'] === 'all') {
    const failures: unknown[] = [];
    for (const line of tried) {
      await tryWithout(line).catch((cause: unknown) => {
        failures.push(`Without the line "${lines[line] ?? ''}": ${String(cause)}`);
      });
    }
    expect(failures).toEqual([]);
    return;
  }
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tried), async (line) => {
      await tryWithout(line);
    }),
    { numRuns: SAMPLE, endOnFailure: true },
  );
});
