import { sh } from '@fairness-deploy/shell';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type Change } from './faults.js';
import { startShopHost, type ShopHost } from './shop-host.js';

const WAIT = { timeout: 60_000, interval: 200 };
const FOLDER = '/var/lib/fairness-deploy/alerts/shop';

/** Keeps what it gets in /run/got, a line of JSON for each request. */
const RECEIVER = `require('node:http')
  .createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const line = JSON.stringify({ path: request.url, body: JSON.parse(body) });
      require('node:fs').appendFileSync('/run/got', line + '\\n');
      response.end();
    });
  })
  .listen(9999, '127.0.0.1');
`;

/** Keeps mails in /run/mails. */
const SENDMAIL = `#!/bin/sh
printf 'to %s\\n' "$*" >>/run/mails
cat >>/run/mails
`;

const ALERTS = {
  notify: [{ url: 'http://127.0.0.1:9999/hook' }, { mail: 'operations@example.org' }],
  // The tests start it.
  ...{ schedule: '2099-01-01', after: 1 },
  deadMansSwitch: 'http://127.0.0.1:9999/alive',
};

interface Got {
  readonly path: string;
  readonly body: {
    readonly text: string;
    readonly state: string;
    readonly causes?: readonly { readonly text: string }[];
  };
}

/** Starts the receiver, and waits until it answers. */
const RECEIVE = sh`
  systemd-run --quiet --unit receiver node /root/receiver.cjs
  curl -sfd '{}' --retry 50 --retry-delay 1 --retry-connrefused http://127.0.0.1:9999/`;

let host: ShopHost;
const describeWith = (alerts: object | undefined): void => {
  host.describe((sections) => ({ ...sections, ...(alerts && { alerts }) }));
};
beforeAll(async () => {
  host = await startShopHost('alerts');
  await host.run(sh`
    printf %s ${SENDMAIL} >/usr/sbin/sendmail
    chmod 755 /usr/sbin/sendmail
    printf %s ${RECEIVER} >/root/receiver.cjs`);
  describeWith(ALERTS);
  await host.command('provision', '--yes');
  await host.run(RECEIVE);
});
afterAll(() => host.stop());
afterEach(() => host.run(sh`rm -f /run/got /run/mails`));

const apply = (change: Change): Promise<unknown> =>
  typeof change === 'function' ? change(host) : host.run(change);

/** One run of the service. @returns the messages that it has sent to the webhook. */
async function look(): Promise<readonly Got['body'][]> {
  await host.run(sh`: >/run/got; systemctl start shop-alerts.service || :`);
  const lines = (await host.run(sh`cat /run/got`)).trim().split('\n');
  const got = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Got);
  expect(got.filter(({ path }) => path === '/alive').length).toBeLessThanOrEqual(1);
  return got.flatMap(({ path, body }) => (path === '/hook' ? [body] : []));
}

/** Numbers differ from moment to moment. */
const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '0');

describe('alerts', () => {
  it('is silent while all is well, but for the dead man’s switch', async () => {
    expect(await look()).toEqual([]);
    const { status, events } = await host.examine();
    expect(events.find(({ name }) => name === 'alerts')?.text).toMatch(
      /^nothing that fails was told; the last run was \d+ seconds? ago$/,
    );
    expect(status).toBe(0);
  });

  it('is as described for a second provision, and is root’s alone', async () => {
    expect(await host.command('provision', '--yes')).toContain('nothing to change');
    expect(await host.run(sh`find ${FOLDER} -printf '%m %u %f\n' | sort`)).toBe(
      [
        '600 root recipients.json',
        '600 root state.json',
        '700 root shop',
        '700 root watch.cjs',
        '',
      ].join('\n'),
    );
    const { stdout } = {
      stdout: await host.run(sh`cat /etc/systemd/system/shop-alerts.*; journalctl -u shop-alerts`),
    };
    expect(stdout).not.toContain('127.0.0.1:9999');
  });

  it.each(
    [
      'process crashed for good',
      'nginx stopped',
      'database down',
      'Supervisor stopped',
      'certificate expired',
      'disk full',
    ].map((name) => [name, FAULTS.find((fault) => fault.name === name)] as const),
  )('tells in the words of doctor, and when it is over: %s', async (_, fault) => {
    if (!fault) throw new Error('there is no such fault');
    await apply(fault.inject);
    try {
      const [failing, ...others] = await look();
      expect(others).toEqual([]);
      expect(failing?.state).toBe('failing');
      const { events } = await host.examine();
      const causes = events.flatMap(({ type, text }) =>
        type === 'cause' ? [withoutNumbers(text)] : [],
      );
      const [first] = failing?.causes ?? [];
      expect(causes).toContain(withoutNumbers(first?.text ?? ''));
      expect(await look()).toEqual([]);
    } finally {
      await apply(fault.heal);
    }
    await expect.poll(async () => (await look()).map(({ state }) => state), WAIT).toEqual(['well']);
  });

  it('tells nothing new while a job changes the host', async () => {
    await host.run(sh`
      systemd-run --quiet --unit job sh -c 'exec 9>>/var/lib/fairness-deploy/lock; flock 9; printf "deploy\nana\n%s\n1\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >/var/lib/fairness-deploy/lock; sleep 300'
      systemctl stop nginx`);
    try {
      expect(await look()).toEqual([]);
      await host.run(sh`systemctl stop job; : >/var/lib/fairness-deploy/lock`);
      expect((await look()).map(({ state }) => state)).toEqual(['failing']);
    } finally {
      await host.run(sh`systemctl stop job 2>/dev/null || :; systemctl start nginx`);
    }
    expect((await look()).map(({ state }) => state)).toEqual(['well']);
  });

  it('sends later what could not be sent, and says so meanwhile', async () => {
    await host.run(sh`systemctl stop receiver; systemctl stop nginx`);
    await host.run(sh`systemctl start shop-alerts.service || :`);
    const { events } = await host.examine();
    expect(events.find(({ name }) => name === 'alerts')).toMatchObject({
      level: 'fail',
      text: expect.stringMatching(/^not all messages arrive, and 1 wait; /) as string,
      evidence: expect.arrayContaining([
        'Cannot notify http://127.0.0.1:9999/…: ECONNREFUSED',
      ]) as string[],
    });
    await host.run(sh`systemctl start nginx`);
    await host.run(RECEIVE);
    expect((await look()).map(({ state }) => state)).toEqual(['failing', 'well']);
    const mails = await host.run(sh`cat /run/mails`);
    expect(mails.match(/^to -i -- operations@example\.org$/gm)).toHaveLength(2);
  });

  it('shows no secret of the application that is in a log', async () => {
    await host.run(sh`
      supervisorctl stop shop-blue:api
      for file in /var/log/shop/api-*.log; do
        printf 'Error: cannot log in with %s\n' ${"it's a password"} >>"$file"
      done`);
    try {
      const [failing] = await look();
      expect(failing?.text).toContain('supervisor api');
      expect(JSON.stringify(failing)).not.toContain("it's a password");
      expect(await host.run(sh`cat ${`${FOLDER}/state.json`} /run/mails`)).not.toContain(
        "it's a password",
      );
    } finally {
      await host.run(sh`supervisorctl start shop-blue:api`);
    }
    expect((await look()).map(({ state }) => state)).toEqual(['well']);
  });

  it('is run by its timer, and goes with the section', async () => {
    describeWith({ ...ALERTS, schedule: '*:*:*' });
    await host.command('provision', '--yes');
    const ran = (): Promise<string> =>
      host.run(sh`sed 's/.*"ran":"\([^"]*\)".*/\1/' ${`${FOLDER}/state.json`}`);
    const before = await ran();
    await expect.poll(ran, { ...WAIT, timeout: 120_000 }).not.toBe(before);
    describeWith(undefined);
    expect(await host.command('provision', '--yes')).toContain('shop-alerts.timer');
    expect(
      await host.run(
        sh`ls /etc/systemd/system | grep alerts || :; [ ! -e ${FOLDER} ] || echo there`,
      ),
    ).toBe('');
  });
});
