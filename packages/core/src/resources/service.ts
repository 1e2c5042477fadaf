import { defineResource } from '../resource/define-resource.js';
import { sh, type Script } from '../script/sh.js';
import { checkPath } from './path.js';
import { load, recordOf, type LoadedFile } from './service-load.js';
import { outdated, parseUnitOutput } from './service-output.js';
import { unitProbe } from './unit-probe.js';

export type { LoadedFile };

/** A systemd unit. What is left out is left alone. */
export interface ServiceSpec {
  /** `nginx`, `nginx.service` or `certbot.timer`. */
  readonly unit: string;
  /** Whether it starts at boot. */
  readonly enabled?: boolean;
  /** Whether it runs now. */
  readonly running?: boolean;
  /**
   * Files that it reads at its start or reload, its unit file among them if that is ours. When
   * it hasn't loaded them as they should be, it is told to.
   */
  readonly loads?: readonly LoadedFile[];
  /** How it is told to load them; `restart` unless told. A changed unit file always takes a restart. */
  readonly action?: 'reload' | 'restart';
  /** Must succeed before it is started or told to load anything: sh`nginx -t`. */
  readonly check?: Script;
}

interface ServiceState {
  readonly enabled: boolean | undefined;
  readonly status: string | undefined;
  /** The files that it hasn't loaded as they should be. */
  readonly outdated: readonly string[];
  /** Whether systemd has read the unit file that is on the disk. */
  readonly unit: string;
}

/**
 * A systemd unit, enabled and running as told, that has loaded its configuration as it is.
 *
 * Reload is state: once the service has loaded its files, their digests and times of
 * modification are recorded on the host. As long as that record isn't of the files as they
 * are and should be, the service still has to load them, whatever became of the run that
 * changed them.
 *
 * It comes after the files that it loads; the failure of one doesn't hold it back, since the
 * others have to be loaded all the same.
 *
 * @throws RangeError when the unit has no such name (systemd.unit(5)).
 */
export const service = defineResource<ServiceSpec, ServiceState>({
  type: 'service',
  name: ({ unit }) => fullName(unit).replace(/\.service$/, ''),
  check({ unit, loads = [] }) {
    if (!/^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,200}$/.test(unit)) {
      throw new RangeError(`Cannot use ${JSON.stringify(unit)} as the name of a systemd unit`);
    }
    for (const { path } of loads) checkPath(`a file that ${unit} loads`, path);
  },
  questions: ({ unit }) => [{ probe: unitProbe, subject: fullName(unit) }],
  read({ unit, loads = [] }) {
    const name = fullName(unit);
    const show = sh`fd_show_unit ${name}`;
    if (loads.length === 0) return show;
    // stat fails for files that are missing, and prints the others.
    return sh`
      ${show}
      printf 'files\n'
      stat -c '%.9Y %n' -- ${loads.map(({ path }) => path)} 2>/dev/null || :
      printf 'record\n'
      [ ! -e ${recordOf(name)} ] || cat -- ${recordOf(name)}`;
  },
  parse(output, spec) {
    const found = parseUnitOutput(output);
    const property = (name: string): string => found.properties.get(name) ?? '';
    if (property('LoadState') === 'not-found') return undefined;
    if (property('LoadState') === 'masked' && (spec.enabled === true || spec.running === true)) {
      refuseMasked(spec, property('UnitFileState') === 'masked-runtime');
    }
    const status = statusOf(property('ActiveState'), property('SubState'));
    return {
      enabled: isEnabled(property('UnitFileState')) ?? spec.enabled,
      status,
      // What doesn't run has nothing loaded.
      outdated: status === 'running' ? outdated(spec.loads ?? [], found) : [],
      unit: property('NeedDaemonReload') === 'yes' ? 'changed on disk' : 'as on disk',
    };
  },
  desired: ({ enabled, running }) => ({
    enabled,
    status: running === undefined ? undefined : running ? 'running' : 'stopped',
    outdated: [],
    unit: 'as on disk',
  }),
  write({ unit, enabled, running, loads = [], action = 'restart', check }) {
    const name = fullName(unit);
    return sh`
      case $(systemctl show -p LoadState,NeedDaemonReload -- ${name}) in
        *not-found* | *=yes*) systemctl daemon-reload ;;
      esac
      ${enabled === undefined ? sh`:` : sh`systemctl ${enabled ? 'enable' : 'disable'} --quiet -- ${name}`}
      ${running === false ? sh`systemctl stop -- ${name}` : load({ name, starts: running === true, loads, action, check })}`;
  },
  follows: ({ loads = [] }) => ['apt:packages', ...loads.map(({ address }) => address)],
});

/**
 * A mask is a link in the place of the unit's file: where that is among what is loaded, it takes
 * the mask away.
 */
function refuseMasked({ unit, loads = [] }: ServiceSpec, untilReboot: boolean): void {
  const name = fullName(unit);
  if (!untilReboot && loads.some(({ path }) => path === `/etc/systemd/system/${name}`)) return;
  const unmask = `systemctl unmask ${untilReboot ? '--runtime ' : ''}${name}`;
  throw new Error(
    `Cannot use ${name}: somebody has masked it, so that nothing starts it; ${unmask}`,
  );
}

/** systemctl(1): a name without a suffix is a service's. */
function fullName(unit: string): string {
  return /\.(?:service|socket|target|timer|path|mount|slice)$/.test(unit)
    ? unit
    : `${unit}.service`;
}

function statusOf(active: string, sub: string): string {
  if (sub === 'auto-restart') return 'restarting after a failure';
  if (['active', 'reloading', 'refreshing'].includes(active)) return 'running';
  // A service that failed doesn't run, which is what 'stopped' asks for.
  return ['inactive', 'failed'].includes(active) ? 'stopped' : active;
}

/** @returns undefined when it can be neither enabled nor disabled, such as a static unit (systemctl(1), is-enabled). */
function isEnabled(unitFileState: string): boolean | undefined {
  if (unitFileState === 'enabled') return true;
  return ['disabled', 'masked', 'enabled-runtime'].includes(unitFileState) ? false : undefined;
}
