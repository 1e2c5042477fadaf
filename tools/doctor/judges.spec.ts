import { exampleRun } from '@fairness-deploy/core/testing';
import { temporaryWorkspace } from '@fairness-deploy/environment-file/testing';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadEnvironment } from '../../packages/core/src/environment/load-environment.js';
import { checksOf, watchedOn } from '../../packages/core/src/runner/plugin-checks.js';
import { ownPlugins } from '../reference/sections.js';

/** An environment in which each plugin that runs on servers has all of its checks. */
const ENVIRONMENT = `
hosts: { web: { address: 203.0.113.10 } }
secrets: { names: { db_password: Of the database, hook: Of the chat } }
application:
  name: shop
  node: 20.20.2
  env: { KEY: "\${secrets.hook}" }
  processes:
    web: { command: node server.js, port: 3000, route: / }
    jobs: { command: node jobs.js }
  schedules: { report: { at: daily, command: node report.js } }
release: { repository: git@example.org:shop.git, revision: main }
supervisor: {}
nginx: { sites: { shop: { domains: [shop.example], tls: true } } }
certbot: { email: ops@shop.example }
postgres: { mode: local, server: {}, backups: { schedule: daily } }
takeover: { checkout: /home/deploy/shop }
alerts: { notify: { url: 'https://chat.example/\${secrets.hook}' } }
`;

/**
 * What a host does not ask itself: nobody would hear that its alerts are silent, its clock is compared with a
 * client's, and tasks never fail a check.
 */
const ASKED_BY_CLIENTS = ['alerts alerts', 'hosts clock', 'release tasks'];

/** The client compares the host's connection with the environment's; the host has no other. */
const KNOWS_LESS = ['postgres database'];

/** Outputs that no read prints: judges throw, or say something, and the bundle must do the same. */
const OUTPUTS = ['', '\n', 'running\nbroken\n', 'now 2026-12-01T12:00:00Z\nstate well\n'];

async function exampleChecks() {
  const plugins = (await ownPlugins()).map(({ plugin }) => plugin);
  const workspace = temporaryWorkspace({ 'environments/prod/environment.yaml': ENVIRONMENT });
  onTestFinished(() => {
    workspace.dispose();
  });
  const secrets = { FAIRNESS_SECRET_DB_PASSWORD: 'p4ssw0rd', FAIRNESS_SECRET_HOOK: 'T0K3N' };
  const loaded = await loadEnvironment(
    { workspace: workspace.folder, name: 'prod' },
    { plugins, secrets: () => environmentSecretStore(secrets) },
  );
  const [host] = loaded.environment.hosts;
  if (!host) throw new Error('it has no host');
  const run = exampleRun({ ...loaded, options: {} });
  return { checks: checksOf(run, host), watched: watchedOn(run, host) };
}

/** What a call gives, or its error. */
function ending(call: () => unknown): unknown {
  try {
    return { value: call() };
  } catch (error) {
    return { error: String(error) };
  }
}

type Judges = Readonly<Record<string, (output: string, about: unknown) => unknown>>;

describe('a host that watches itself', () => {
  it('asks all that doctor asks a host', async () => {
    const { checks, watched } = await exampleChecks();
    const nameOf = (section: string, name: string): string => `${section} ${name}`;
    const known = new Set(watched.map(({ section, name }) => nameOf(section, name)));
    expect(known.size).toBeGreaterThan(15);
    const others = checks.map(({ section, check }) => nameOf(section, check.name));
    expect(others.filter((name) => !known.has(name)).sort()).toEqual(ASKED_BY_CLIENTS);
  });

  it('judges as doctor does, by the file that is copied there', async () => {
    const { checks, watched } = await exampleChecks();
    for (const { section, name, rule, judges } of watched) {
      const check = checks.find((one) => one.section === section && one.check.name === name)?.check;
      // Sound: the file exports functions of that kind.
      const copied = (await import(judges)) as Judges;
      const about: unknown = JSON.parse(JSON.stringify(rule.about));
      expect(about, `what ${section} ${name} knows`).toEqual(rule.about);
      const judge = copied[rule.name];
      expect(judge, `${rule.name} of ${section}`).toBeTypeOf('function');
      if (KNOWS_LESS.includes(`${section} ${name}`)) continue;
      for (const output of OUTPUTS) {
        expect(ending(() => [judge?.(output, about)].flat())).toEqual(
          ending(() => check?.judge(output)),
        );
      }
    }
  });

  it('knows no secret by what its judges know', async () => {
    const { watched } = await exampleChecks();
    const known = JSON.stringify(watched.map(({ rule }) => rule));
    expect(known).not.toMatch(/p4ssw0rd|T0K3N/);
  });
});
