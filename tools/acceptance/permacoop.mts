import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Report, type SandboxHost } from '@fairness-deploy/sandbox';
import { WORKSPACE } from '../install.mjs';
import { onHost } from '../lab/on-host.mjs';
import { openApplication } from './application.mjs';
import { openBrowser } from './browser.mjs';
import { type Result } from './checklist.mjs';
import { permacoopToday } from './permacoop-shapes.mjs';
import { PermacoopCommits, TABLE, VERSION_PATH } from './permacoop-commits.mjs';
import { addCustomer, cookieOf, isLoggedIn, logIn } from './permacoop-site.mjs';
import { ask, type Page } from './visits.mjs';

/** How long the worker may take to show up in its log, in seconds. */
const WORKER_TIMEOUT_SECONDS = 20;

/** The whole list: what a team does with Permacoop in a year, in half an hour. */
export async function testPermacoop(path: string, say: Report): Promise<readonly Result[]> {
  const { workspace, clone, host, list, pages, secrets, close } = await openApplication(
    permacoopToday(path),
    say,
  );
  const browser = await openBrowser();
  try {
    const commits = new PermacoopCommits(clone);
    const { address } = host;
    commits.version('one');
    // The rest needs a site.
    if (!(await list.command('first deployment', ['deploy'], { pages: [] }))) return list.results;
    await list.check('its own seed', () => seed(host, secrets['db_password'] ?? ''));

    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await list.check('log in with a browser', async () => {
      await logIn(page, address);
      await page.screenshot({ path: join(WORKSPACE, 'tmp', 'acceptance', 'permacoop.png') });
      return [];
    });
    await list.check('add a customer with the browser', async () => {
      const names = await addCustomer(page, address, 'Coop of the acceptance test');
      await page.screenshot({
        path: join(WORKSPACE, 'tmp', 'acceptance', 'permacoop-customers.png'),
      });
      return names.includes('Coop of the acceptance test') ? [] : [`customers: ${names.join()}`];
    });

    const member: Page = {
      path: '/app',
      shows: 'Bonjour, John Doe !',
      cookie: await cookieOf(context),
    };
    const all = [...pages, member, { path: VERSION_PATH }];
    const serves = (version: string) => () => servesVersion(address, version);

    commits.migration('two');
    await list.command('second deployment, with a migration', ['deploy'], { pages: all });
    await list.check('the new release is served', serves('two'));
    await list.check('the migration ran', () => hasTable(host));

    commits.brokenMigration();
    await list.command('a broken migration', ['deploy'], {
      pages: all,
      fails: /type "no_such_type" does not exist/,
    });
    await list.check('the release before it is served', serves('two'));
    await list.check('the database is as before', () => hasTable(host));
    commits.undo();

    commits.crash();
    await list.command('a crash at start', ['deploy'], {
      pages: all,
      fails: /the coffee machine is out of reach/,
    });
    await list.check('the release before the crash is served', serves('two'));
    commits.undo();

    await list.command('a rollback', ['rollback'], { pages: all });
    await list.check('the first release is served', serves('one'));
    await list.command('a deployment after the rollback', ['deploy'], { pages: all });
    await list.check('the second release is served again', serves('two'));

    await workspace.setSecret('session_secret', 'another-secret-of-sessions');
    // Sessions of the previous secret end: members have to log in again.
    await list.command('a changed secret', ['deploy'], { pages });
    await list.check('the old session has ended, and a new one works', async () => {
      if (await isLoggedIn(page, address)) return ['the session of the old secret still works'];
      await logIn(page, address);
      return [];
    });

    const again = { ...member, cookie: await cookieOf(context) };
    workspace.edit('\n    web:\n', '\n    site:\n');
    await list.command('a renamed process', ['deploy'], {
      pages: [...pages, again],
      // nginx has to learn the new name.
      reloads: true,
    });
    await list.check('only the new name runs', () => runs(host, ['site']));

    commits.worker();
    workspace.edit(
      '      health: /login\n',
      '      health: /login\n    counter:\n      command: node worker.js\n',
    );
    await list.command('an added worker', ['deploy'], {
      pages: [...pages, again],
      // The other colour still has the old name.
      reloads: true,
    });
    await list.check('the worker works', () => works(host));
    await list.check('the worker and the site run', () => runs(host, ['counter', 'site']));
    await list.command('status', ['status'], { pages: [] });
    await list.command('plan finds nothing to change', ['plan', '--detailed-exit-code'], {
      pages: [],
    });
    return list.results;
  } finally {
    await browser.close();
    await close();
  }
}

/** Permacoop's own seed: there is no command yet for a task of the application. */
async function seed(host: SandboxHost, password: string): Promise<readonly string[]> {
  const said = await onHost(
    host,
    `cd /srv/permacoop/live/release
export HOME=/srv/permacoop/shared/home PATH=/srv/permacoop/live/bin:$PATH
export DATABASE_HOST=127.0.0.1 DATABASE_PORT=5432 DATABASE_NAME=permacoop
export DATABASE_USERNAME=permacoop DATABASE_PASSWORD='${password}'
setpriv --reuid=permacoop --regid=permacoop --init-groups make database-seed 2>&1
`,
  );
  return said.includes('Finished Seeding') ? [] : [said];
}

async function servesVersion(address: string, version: string): Promise<readonly string[]> {
  const { body, problem } = await ask(address, { path: VERSION_PATH });
  return body.trim() === version ? [] : [`it serves ${body.trim()}, ${problem ?? ''}`];
}

async function hasTable(host: SandboxHost): Promise<readonly string[]> {
  const script = `cd / && su postgres -c "psql --tuples-only --no-align permacoop" <<'SQL'
select count(*) from pg_tables where tablename = '${TABLE}';
SQL
`;
  const found = (await onHost(host, script)).trim();
  return found === '1' ? [] : [`the table is there ${found} times`];
}

/** Compares the running programs of Supervisor with these processes. */
async function runs(host: SandboxHost, expected: readonly string[]): Promise<readonly string[]> {
  const status = await onHost(host, 'supervisorctl status || :');
  const running = [...status.matchAll(/^\S+:(\S+)\s+RUNNING/gm)].map(([, name]) => name).sort();
  return running.join() === expected.join() ? [] : [`these run: ${running.join()}\n${status}`];
}

async function works(host: SandboxHost): Promise<readonly string[]> {
  const script = 'cat /var/log/permacoop/*counter* 2>/dev/null || :';
  let log = '';
  for (let second = 0; second < WORKER_TIMEOUT_SECONDS; second += 1) {
    log = await onHost(host, script);
    if (/^worker sees [1-9]\d* users$/m.test(log)) return [];
    await sleep(1000);
  }
  return [`its log has no line of it: ${log}`];
}
