import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, type Change } from './faults.js';
import { HEALTHY } from './healthy.js';
import { startShopHost, type ShopHost } from './shop-host.js';

let host: ShopHost;
beforeAll(async () => {
  host = await startShopHost('doctor');
});
afterAll(() => host.stop());

const apply = (change: Change): Promise<unknown> =>
  typeof change === 'function' ? change(host) : host.run(change);

/** All that is not well. */
async function complaints(): Promise<readonly string[]> {
  const { status, events } = await host.examine();
  const found = events.filter(({ type, level }) => type === 'check' && level !== 'ok');
  return [
    ...(status === 0 ? [] : [`status ${String(status)}`]),
    ...found.map(({ level, section, name, text }) => `${level ?? ''} ${section} ${name}: ${text}`),
  ];
}

/** Of each file outside of logs, memory and the database: its owner, mode, size and times. */
const FILES = sh`
  find / -xdev '(' -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /var/log -o -path '/var/lib/postgresql/*' ')' -prune \
    -o ! -type d -printf '%p %u:%g %m %s %T@ %C@\n' | sort
  find /run /tmp -path /run/systemd -prune -o -path /run/user -prune -o -name 'fairness-deploy*' -print`;

describe('doctor', () => {
  it('calls the host well, and changes nothing on it', async () => {
    const before = await host.run(FILES);
    expect(await complaints()).toEqual([]);
    await host.command('status');
    expect(await host.run(FILES)).toBe(before);
  });

  it.each(HEALTHY.map((healthy) => [healthy.name, healthy] as const))(
    'calls it well %s',
    async (_, { make }) => {
      await make(host);
      expect(await complaints()).toEqual([]);
    },
  );

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
    'names the cause: %s',
    async (_, { inject, heal, cause }) => {
      await apply(inject);
      try {
        expect((await host.examine()).first).toMatch(cause);
      } finally {
        await apply(heal);
      }
    },
  );
});
