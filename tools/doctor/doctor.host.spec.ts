import { schemaOf } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from './faults.js';
import { apply, type Fault } from './faults/fault.js';
import { LASTING_FAULTS } from './faults/process-faults.js';
import { HEALTHY } from './healthy.js';
import { findingSections } from '../reference/findings-page.js';
import { ownPlugins } from '../reference/sections.js';
import { startShopHost, type DoctorEvent, type ShopHost } from './shop-host.js';

/** The schema of a finding by its name, by its section. */
const schemas = new Map<string, (name: string) => ReturnType<typeof schemaOf>>();
let host: ShopHost;
beforeAll(async () => {
  for (const [section, known] of findingSections(await ownPlugins())) {
    schemas.set(section, (name) => schemaOf(known, name));
  }
  host = await startShopHost('doctor');
});
afterAll(() => host.stop());

/** What a finding has that the reference does not say. */
function undocumented(events: readonly DoctorEvent[]): readonly string[] {
  return events
    .filter(({ type }) => type === 'check')
    .flatMap(({ section, name, data }) => {
      const { success, error } = schemas.get(section)?.(name)?.safeParse(data) ?? {};
      const known = success ?? false;
      return known || Object.keys(data).length === 0
        ? []
        : [`${section} ${name}: ${error?.message ?? 'not in the reference'}`];
    });
}

/** All that is not well. Each finding is as the reference says. */
async function complaints(): Promise<readonly string[]> {
  const { status, events } = await host.examine();
  expect(undocumented(events)).toEqual([]);
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

  const named = (faults: readonly Fault[]) => faults.map((fault) => [fault.name, fault] as const);
  const nameCause = async (_: string, { inject, heal, cause }: Fault): Promise<void> => {
    await apply(host, inject);
    try {
      const { first, events } = await host.examine();
      expect(first).toMatch(cause);
      expect(undocumented(events)).toEqual([]);
    } finally {
      await apply(host, heal);
    }
  };

  it('starts what does not run, with --fix, and examines again', async () => {
    await host.run(sh`systemctl stop nginx supervisor 'postgresql@*' certbot.timer`);
    const { events } = await host.examine('--fix', '--yes');
    const steps = events.filter(({ type }) => type === 'step-ended').map(({ name }) => name);
    expect(steps).toEqual([
      ...['start PostgreSQL', 'start Supervisor', 'start nginx', 'start the renewals'],
    ]);
    // Supervisor starts the processes itself.
    await expect.poll(complaints, { timeout: 60_000 }).toEqual([]);
  });

  it.each(named(FAULTS))('names the cause: %s', nameCause);

  it.each(HEALTHY.map((healthy) => [healthy.name, healthy] as const))(
    'calls it well %s',
    async (_, { make }) => {
      await make(host);
      expect(await complaints()).toEqual([]);
    },
  );

  it.each(named(LASTING_FAULTS))('names the cause: %s', nameCause);
});
