import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type Change } from './faults.js';
import { startReceiver, type Receiver } from './receiver.js';
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

let host: ShopHost;
let receiver: Receiver;
/** The receiver, as the host reaches it. */
let url: string;

beforeAll(async () => {
  [host, receiver] = await Promise.all([startShopHost('alert-words'), startReceiver()]);
  const client = await host.run(sh`printf %s "\${SSH_CONNECTION%% *}"`);
  url = `http://${client}:${String(receiver.port)}/chat`;
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

/** The states of all messages that came. */
const states: string[] = [];

/** Describes the host with alerts that only the test starts, and that tell at once. */
function describeAlerts(notify: object): void {
  const alerts = { notify, schedule: '2099-01-01', after: 1 };
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
  const messages = receiver.take('/chat') as readonly Message[];
  states.push(...messages.map(({ state }) => state));
  return messages.flatMap(({ causes = [] }) => causes);
}

const apply = (change: Change): Promise<unknown> =>
  typeof change === 'function' ? change(host) : host.run(change);

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
  });

  it('tell once of a full disk that is their own, and when it is well again', async () => {
    const folder = '/var/lib/fairness-deploy/alerts/shop';
    await host.run(sh`
      cp -a ${folder} /run/kept-alerts
      mount -t tmpfs -o size=4m,mode=0700 tmpfs ${folder}
      cp -a /run/kept-alerts/. ${folder}
      head -c 10m /dev/zero >${`${folder}/big`} 2>/dev/null || :`);
    try {
      const causes = await told('may fail');
      expect(causes.map(({ section, name }) => `${section} ${name}`)).toEqual([
        `hosts disk ${folder}`,
      ]);
      expect(await told('may fail')).toEqual([]);
      const { events } = await host.examine();
      const own = events.find(({ type, section }) => type === 'check' && section === 'alerts');
      expect(own?.evidence?.join()).toMatch(/^Cannot write .*state\.json: ENOSPC/);
    } finally {
      await host.run(sh`
        umount ${folder}
        rm -r /run/kept-alerts`);
    }
    await told();
    expect(states).toEqual(['failing', 'well']);
    await host.run(sh`[ ! -e /run/fairness-deploy-alerts/shop.json ]`);
  });

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    'have the words of doctor: %s',
    async (name, { inject, heal }) => {
      await apply(inject);
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
        await apply(heal);
        await told();
      }
    },
  );
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
