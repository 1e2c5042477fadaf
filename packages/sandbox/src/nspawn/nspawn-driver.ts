import type { Driver } from '../driver/driver.js';
import { hostId } from '../driver/host-id.js';
import { query } from '../system/command.js';
import { buildBase } from './base/build-base.js';
import { listed } from './host/nspawn-host.js';
import { powerOff, powerOn } from './host/power.js';
import { startNspawnHost } from './host/start-nspawn-host.js';
import { stopNspawnHost } from './host/stop-nspawn-host.js';
import { impossibilities, installPrerequisites } from './prerequisites.js';
import { readRecord, readRecords } from './records/host-record.js';

/** Hosts by systemd-nspawn, over one Debian root: they start in half a second. Needs Debian and root. */
export const NSPAWN: Driver = {
  name: 'nspawn',
  needs: 'Debian, and root',
  problems: () => Promise.resolve(impossibilities()),
  describe: async () =>
    // Its package may be among those that `prepare` installs.
    /^\S+ \d+/.exec((await query('systemd-nspawn', ['--version'])) ?? '')?.[0] ?? 'systemd-nspawn',
  prepare: installPrerequisites,
  makeBase: async (release, report) => {
    await buildBase(report, release);
  },
  start: startNspawnHost,
  stop: (key) => stopNspawnHost(key),
  find: (key) => {
    const record = readRecord(hostId(key));
    return Promise.resolve(record && listed(record));
  },
  list: () => Promise.resolve(readRecords().map(listed)),
  powerOff,
  powerOn,
};
