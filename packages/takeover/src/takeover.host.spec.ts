import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { literal, sh, type Script } from '@fairness-deploy/shell';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  checkoutOf,
  homeOf,
  OTHER_CRONTAB_LINES,
  startVisitors,
  TakeoverHost,
  type OldServer,
} from './testing/index.js';

const NODE = { version: '20.20.2', mirror: 'http://gateway.sandbox.internal:48080' };
const DOMAIN = 'permacoop.test';

/** Four hosts share the machine. */
const TIMEOUT_MILLISECONDS = 900_000;

/** The old programs must listen. */
const GO_BACK_MILLISECONDS = 30_000;

const hosts: TakeoverHost[] = [];
afterAll(() => Promise.all(hosts.map((host) => host.dispose())));

interface Case extends OldServer {
  readonly release: 'bullseye' | 'bookworm';
  /** Whether the old checkout and Node.js stay. */
  readonly keep: boolean;
}

const CASES: readonly Case[] = [
  { generation: 'A', domain: DOMAIN, node: NODE, release: 'bullseye', keep: false },
  { generation: 'A', user: 'vagrant', node: NODE, release: 'bullseye', keep: false },
  {
    ...{ generation: 'B', domain: DOMAIN, certbot: 'Debian', node: NODE },
    ...{ release: 'bookworm', keep: true },
  },
  { generation: 'B', node: NODE, release: 'bullseye', keep: false },
];

/** Each has its own host, and the steps of one case wait for programs most of the time. */
describe.concurrent.each(CASES)(
  'the old roles of generation $generation, name $domain, on $release',
  (server) => {
    it(
      'are taken over without a failed request',
      async () => {
        const { generation, domain, keep, release } = server;
        const name = `takeover-${generation.toLowerCase()}${domain === undefined ? '' : '-tls'}`;
        const host = await TakeoverHost.start(await startTestHost(name, { release }), server);
        hosts.push(host);
        const checkout = checkoutOf(server);
        const old = await oldState(host, domain);
        const visitors = startVisitors(host.address, domain);

        const plan = await host.command('plan');
        expect(plan.output).toContain('program api: runs → adopted; the first deployment stops it');
        expect(plan.output).toContain(`requests for /: the old site → adopted: to the port 3001`);
        expect(plan.output).toContain(`${checkout}/server/.env: is there →`);
        expect(plan.output).toContain('sites-enabled/permacoop.conf: of the old roles → replaced');
        expect(plan.output).not.toContain('old-password');

        await done(host, 'provision', '--yes');
        expect(await answers(host, domain)).toEqual([
          `old ${generation} ${generation === 'A' ? 'client' : 'client-proxy'} /`,
          `old ${generation} api /api/x`,
        ]);
        expect(await done(host, 'plan')).toContain('nothing to change');
        const status = await host.command('status');
        expect(status.output).toContain('the old application has the traffic');

        if (keep) await expectSectionNeeded(host);
        await done(host, 'deploy', ...(keep ? ['--keep-old'] : []));
        expect(await answers(host, domain)).toEqual(['new client /', 'new api /api/x']);
        const visits = await visitors.stop();
        expect(visits.failed).toEqual([]);
        expect(visits.count).toBeGreaterThan(1000);
        expect(new Set(visits.answeredBy.map((who) => who.split(' ')[0]))).toEqual(
          new Set(['old', 'new']),
        );

        // The certificate, the uploads, and what is not of the old roles.
        expect(visits.serials).toEqual(domain === undefined ? [] : [old.serial]);
        const shared = '/srv/permacoop/shared/folders/server/uploads';
        const uploads = await host.succeed(sh`cd ${shared} && find . -type f -user permacoop`);
        expect(uploads.split('\n')).toEqual(
          expect.arrayContaining([
            ...['./portrait.png', './2022/statutes.pdf'],
            ...visits.uploads.map((path) => path.replace('/api/uploads', '.')),
          ]),
        );
        expect(await host.succeed(sh`crontab -l 2>/dev/null || :`)).toBe(
          domain === undefined ? '' : `${OTHER_CRONTAB_LINES.join('\n')}\n`,
        );
        expect(await host.succeed(sh`supervisorctl pid other`)).toBe(old.other);

        // Nothing of the old is left that could fight ours.
        const home = homeOf(server);
        expect(
          await host.present(
            ...['/etc/supervisor/conf.d/supervisor.conf', '/etc/nginx/dhparams.pem'],
            ...['/etc/nginx/sites-enabled/letsencrypt.conf', '/etc/nginx/takeover-permacoop'],
            ...[checkout, `${home}/.nvm`],
          ),
        ).toEqual(keep ? ['/etc/nginx/dhparams.pem', checkout, `${home}/.nvm`] : []);
        expect(await host.succeed(sh`ss -Hltn | grep -oE ':300[0-3] ' || :`)).toBe('');
        expect(await host.succeed(sh`readlink /usr/local/bin/node`)).toBe(
          keep
            ? `${home}/.nvm/versions/node/v20.20.2/bin/node\n`
            : '/srv/permacoop/live/bin/node\n',
        );
        expect(await host.succeed(sh`cat ${`${home}/.bashrc`}`)).toMatch(
          keep ? /NVM_DIR/ : /^# ours\nalias ll="ls -l"\n$/,
        );
        expect(await done(host, 'plan')).toContain('nothing to change');

        if (server.user !== undefined) await expectSectionRemoved(host);

        if (domain !== undefined) {
          // nginx of Debian 11 has no directive for that.
          const refused = await host.succeed(sh`
          curl -sSk --connect-to ::127.0.0.1: https://other.test/ 2>&1 || echo "status $?"`);
          expect(refused).toContain('status 35');
        }

        const rollback = await host.command('rollback');
        expect(rollback.output).toContain(
          'Cannot roll back: there is no good release before the live one',
        );
        if (keep) {
          await host.succeed(goBack());
          await vi.waitFor(async () => {
            expect(await answers(host, domain)).toEqual([
              `old ${generation} client-proxy /`,
              `old ${generation} api /api/x`,
            ]);
          }, GO_BACK_MILLISECONDS);
          expect(await host.succeed(sh`nginx -t 2>&1`)).toContain('test is successful');
          const programs = await host.succeed(sh`supervisorctl status`);
          expect(programs).toMatch(/^other +RUNNING/m);
          expect(programs).not.toContain('permacoop-');
          return;
        }
        // Into blue, whose ports the old programs had.
        host.repository.write('client/version', '2');
        host.repository.commit('Second');
        await done(host, 'deploy');
        expect(await host.succeed(sh`readlink /srv/permacoop/live`)).toBe('colours/blue\n');
      },
      TIMEOUT_MILLISECONDS,
    );
  },
);

/** The commands that the README has for going back. */
function goBack(): Script {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const [, block] = /^## Go back\n[^]*?^```text\n([^]*?)^```$/m.exec(readme) ?? [];
  if (block === undefined) throw new Error('The README has no commands for going back');
  return sh`${literal(block)}`;
}

/** Expects a command to succeed, and shows all that it printed when it does not. */
async function done(
  host: TakeoverHost,
  name: string,
  ...words: readonly string[]
): Promise<string> {
  const { status, output } = await host.command(name, ...words);
  expect(`${String(status)}\n${output.slice(-3000)}`).toMatch(/^0\n/);
  return output;
}

/** Nothing but the section knows how the old application ends. */
async function expectSectionNeeded(host: TakeoverHost): Promise<void> {
  host.describe('no takeover');
  for (const [command, message] of [
    ['plan', 'Cannot remove the section takeover'],
    ['deploy', 'provision would remove takeover:permacoop'],
  ] as const) {
    const refused = await host.command(command);
    expect(refused.output).toContain(message);
    expect(refused.status).not.toBe(0);
  }
  host.describe();
}

/** The way back stays until it is dropped. */
async function expectSectionRemoved(host: TakeoverHost): Promise<void> {
  const old = '/var/lib/fairness-deploy/takeover/permacoop/old';
  host.describe('no takeover');
  const removed = await done(host, 'provision', '--yes');
  expect(removed).toContain(`stays: path:${old}`);
  expect(await done(host, 'plan')).toContain('nothing to change');
  expect(await host.present(old, `${old}/nginx/permacoop.conf`)).toHaveLength(2);
  await done(host, 'provision', '--yes', '--drop-data');
  expect(await host.present(old)).toEqual([]);
}

async function oldState(host: TakeoverHost, domain: string | undefined) {
  const serial =
    domain === undefined
      ? ''
      : await host.succeed(
          sh`openssl x509 -noout -serial -in ${`/etc/letsencrypt/live/${domain}/cert.pem`}`,
        );
  return {
    serial: serial.trim().replace('serial=', ''),
    other: await host.succeed(sh`supervisorctl pid other`),
  };
}

/** What the site says now. */
async function answers(host: TakeoverHost, domain: string | undefined) {
  const origin = domain === undefined ? 'http://localhost' : `https://${domain}`;
  const text = await host.succeed(sh`
    for fd_path in / /api/x; do
      curl -sSk --connect-to ::127.0.0.1: ${origin}"$fd_path"
      echo
    done`);
  return text.trim().split('\n');
}
