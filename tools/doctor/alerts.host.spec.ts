import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from './faults.js';
import { apply } from './faults/fault.js';
import { startReceiver, type Receiver } from './receiver.js';
import { withSecretInLog } from './secret-in-log.js';
import { startShopHost, type DoctorEvent, type ShopHost } from './shop-host.js';

/** Only the client finds these, or doctor warns of them: a host tells nothing of them. */
const SILENT = [
  ...[
    'process crashed',
    'half a deployment left',
    'maintenance page on',
    "release not the branch's",
  ],
  ...['certificate of an unknown CA', 'clock off', 'firewall closes 443'],
];

/** Supervisor starts and stops the process meanwhile: each look finds another state. */
const MOVING = ['crash loop'];

const FOLDER = '/var/lib/fairness-deploy/alerts/shop';
const WAIT = { timeout: 120_000, interval: 200 };
const PASSWORD = "it's a password";

/** A mailer that keeps all mails. */
const SENDMAIL = `#!/bin/sh
printf 'to %s\\n' "$*" >>/run/mails
cat >>/run/mails
`;

let host: ShopHost;
let receiver: Receiver;
/** The receiver, as the host reaches it. */
let [url, alive] = ['', ''];

beforeAll(async () => {
  [host, receiver] = await Promise.all([startShopHost('alert-words'), startReceiver()]);
  const client = await host.run(sh`printf %s "\${SSH_CONNECTION%% *}"`);
  [url, alive] = ['chat', 'alive'].map(
    (path) => `http://${client}:${String(receiver.port)}/${path}`,
  ) as [string, string];
});
afterAll(async () => {
  receiver.stop();
  await host.stop();
});

/** A cause, as events of doctor and messages have it. Those of the client have no host. */
type Cause = DoctorEvent & { readonly host?: string; readonly explains?: readonly string[] };

interface Message {
  readonly state: string;
  readonly causes?: readonly Cause[];
}

/** The states of all messages that came, which a test takes. */
const states: string[] = [];
const takeStates = (): readonly string[] => states.splice(0);

/** Describes the host with alerts that only the test starts, and that tell at once. */
function describeAlerts(notify: object, changes: object = {}): void {
  const alerts = { notify, schedule: '2099-01-01', after: 1, deadMansSwitch: alive, ...changes };
  host.describe((sections) => ({ ...sections, alerts }));
}

/** Lets the host watch itself once. @returns the causes that it tells. */
async function told(end?: 'may fail'): Promise<readonly Cause[]> {
  await host.run(sh`
    # It starts more often here than systemd lets it.
    systemctl reset-failed shop-alerts.service
    systemctl start shop-alerts.service || ${end === undefined ? sh`false` : sh`:`} || {
      journalctl -u shop-alerts.service -n 20 -o cat --no-pager
      exit 1
    }`);
  // Sound: it is what the program sends.
  const messages = receiver.take('/chat') as unknown as readonly Message[];
  states.push(...messages.map(({ state }) => state));
  return messages.flatMap(({ causes = [] }) => causes);
}

describe('the alerts of a host', () => {
  it('need sendmail for mails, and say so before anything is touched', async () => {
    describeAlerts([{ url }, { mail: 'ops@shop.test' }]);
    await expect(host.command('provision', '--yes')).rejects.toThrow(
      'Cannot send alerts by mail: the host has no /usr/sbin/sendmail',
    );
    await host.run(sh`[ ! -e /var/lib/fairness-deploy/alerts ]`);
  });

  it('tell nothing of a host that doctor calls well', async () => {
    describeAlerts({ url });
    await host.command('provision', '--yes');
    expect(await told()).toEqual([]);
    expect(receiver.take('/alive')).toEqual([{ environment: 'prod', host: 'web' }]);
    const { status, events } = await host.examine();
    expect(events.find(({ section }) => section === 'alerts')?.text).toMatch(
      /^no failure to report; the last run was \d+ seconds? ago$/,
    );
    expect(status).toBe(0);
  });

  it('are as described for a second provision, and root’s alone', async () => {
    expect(await host.command('provision', '--yes')).toContain('nothing to change');
    expect(await host.run(sh`find ${FOLDER} -printf '%m %u %f\n' | sort`)).toBe(
      '600 root recipients.json\n600 root state.json\n700 root shop\n700 root watch.cjs\n',
    );
    const shown = sh`cat /etc/systemd/system/shop-alerts.*; journalctl -u shop-alerts`;
    expect(await host.run(shown)).not.toContain('/chat');
  });

  it('tell once of a full disk that is their own, and when it is well again', async () => {
    await host.run(sh`
      cp -a ${FOLDER} /run/kept-alerts
      mount -t tmpfs -o size=4m,mode=0700 tmpfs ${FOLDER}
      cp -a /run/kept-alerts/. ${FOLDER}
      head -c 10m /dev/zero >${`${FOLDER}/big`} 2>/dev/null || :`);
    try {
      const causes = await told('may fail');
      expect(causes.map(({ section, name }) => `${section} ${name}`)).toEqual([
        `hosts disk ${FOLDER}`,
      ]);
      expect(await told('may fail')).toEqual([]);
      const { events } = await host.examine();
      const own = events.find(({ type, section }) => type === 'check' && section === 'alerts');
      expect(own?.evidence?.join()).toMatch(/^Cannot write .*state\.json: ENOSPC/);
    } finally {
      await host.run(sh`
        umount ${FOLDER}
        rm -r /run/kept-alerts`);
    }
    await told();
    expect(takeStates()).toEqual(['failing', 'well']);
    await host.run(sh`[ ! -e /run/fairness-deploy-alerts/shop.json ]`);
  });

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    'have the words of doctor: %s',
    async (name, { inject, heal }) => {
      await apply(host, inject);
      try {
        const causes = await told();
        const { events } = await host.examine();
        expect(events.some(({ type }) => type === 'check')).toBe(true);
        expect(causes.length > 0).toBe(!SILENT.includes(name));
        const words = MOVING.includes(name) ? subjectOf : wordsOf;
        expect(causes.map(words)).toEqual(
          events.filter((event) => event.type === 'cause' && isKnown(event)).map(words),
        );
      } finally {
        await apply(host, heal);
        await told();
      }
    },
  );

  it('tell nothing new while a job changes the host', async () => {
    takeStates();
    await host.run(sh`
      systemd-run --quiet --unit job sh -c 'exec 9>>/var/lib/fairness-deploy/lock; flock 9; printf "deploy\\nana\\n%s\\n1\\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >/var/lib/fairness-deploy/lock; sleep 300'
      systemctl stop nginx`);
    try {
      expect(await told()).toEqual([]);
      await host.run(sh`systemctl stop job; : >/var/lib/fairness-deploy/lock`);
      expect((await told()).map(subjectOf)).toEqual(['nginx nginx']);
    } finally {
      await host.run(sh`systemctl stop job 2>/dev/null || :; systemctl start nginx`);
    }
    await told();
    expect(takeStates()).toEqual(['failing', 'well']);
  });

  it('come later when they could not be sent, to each recipient once', async () => {
    takeStates();
    await host.run(sh`printf %s ${SENDMAIL} >/usr/sbin/sendmail; chmod 755 /usr/sbin/sendmail`);
    describeAlerts([{ url }, { mail: 'ops@shop.test' }]);
    await host.command('provision', '--yes');
    receiver.answer(500);
    await host.run(sh`systemctl stop nginx`);
    await told('may fail');
    const { events } = await host.examine();
    expect(
      events.find(({ type, section }) => type === 'check' && section === 'alerts'),
    ).toMatchObject({
      level: 'fail',
      text: expect.stringMatching(/^not all messages arrive, and 1 wait; /) as string,
      evidence: expect.arrayContaining([
        expect.stringMatching(/^Cannot notify http:.*\/…: it answers 500$/) as string,
      ]) as string[],
    });
    receiver.answer(200);
    await host.run(sh`systemctl start nginx`);
    await told();
    expect(takeStates()).toEqual(['failing', 'well']);
    const mails = await host.run(sh`cat /run/mails`);
    expect(mails.match(/^to -i -- ops@shop\.test$/gm)).toHaveLength(2);
    await host.run(sh`/usr/bin/node ${`${FOLDER}/watch.cjs`} test`);
    expect(receiver.take('/chat')).toMatchObject([{ state: 'test', environment: 'prod' }]);
  });

  it('show no secret of the application that is in a log', async () => {
    takeStates();
    await withSecretInLog(host, PASSWORD, async () => {
      const causes = JSON.stringify(await told());
      expect(causes).toContain('cannot log in with ***');
      expect(causes).not.toContain(PASSWORD);
      expect(await host.run(sh`cat ${`${FOLDER}/state.json`}`)).not.toContain(PASSWORD);
    });
    await told();
    expect(takeStates()).toEqual(['failing', 'well']);
  });

  it('come by the timer, and go with the section', async () => {
    describeAlerts({ url }, { schedule: '*:*:*' });
    await host.command('provision', '--yes');
    receiver.take('/alive');
    await expect.poll(() => receiver.take('/alive').length, WAIT).toBeGreaterThan(0);
    host.describe((sections) => sections);
    expect(await host.command('provision', '--yes')).toContain('shop-alerts.timer');
    const left = sh`ls /etc/systemd/system | grep alerts || :; [ ! -e ${FOLDER} ] || echo there`;
    expect(await host.run(left)).toBe('');
  });
});

/** Whether the host can know of a cause: it compares its clock with none. Warnings are not told. */
function isKnown({ host: of, level, section, name }: Cause): boolean {
  return of !== undefined && level === 'fail' && `${section} ${name}` !== 'hosts clock';
}

function subjectOf({ section, name }: Cause): string {
  return `${section} ${name}`;
}

/** What a cause says. Its numbers, such as times, change from moment to moment. */
function wordsOf({ section, name, text, evidence = [], hint = '' }: Cause): string {
  return [`${section} ${name}: ${text}`, ...evidence, hint].join('\n').replaceAll(/\d+/g, '0');
}
