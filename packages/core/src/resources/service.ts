import { HintedError } from '@fairness-deploy/shell/text';
import { defined } from '../resource/defined.js';
import { defineResource } from '../resource/define-resource.js';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { CHECK_SSHD } from '../resource-parts/known-daemons.js';
import { checkPath } from '../resource-parts/path.js';
import { loadRecordOf } from '../resource-parts/load-records.js';
import { loadService, type LoadedFile } from './load-service.js';
import { outdated, parseUnitOutput } from './service-output.js';
import { unitProbe } from '../resource-parts/unit-probe.js';

export type { LoadedFile };

/** A systemd unit. Settings that are left out are left alone. */
export interface ServiceSpec {
  /** `nginx`, `nginx.service` or `certbot.timer`. */
  readonly unit: string;
  /** Whether it starts at boot. */
  readonly enabled?: boolean;
  /** Whether it runs now. */
  readonly running?: boolean;
  /**
   * Files that it reads at its start or reload, with our own unit file. When it hasn't loaded them
   * in their wanted state, it loads them.
   */
  readonly loads?: readonly LoadedFile[];
  /** How it loads them; default: `restart`. A changed unit file always needs a restart. */
  readonly action?: 'reload' | 'restart';
  /** Must succeed before it is started or loads anything: sh`nginx -t`. */
  readonly check?: Script;
}

interface ServiceState {
  readonly enabled: boolean | undefined;
  readonly status: string | undefined;
  /** The files that it hasn't loaded in their wanted state. */
  readonly outdated: readonly string[];
  /** Whether systemd has read the unit file that is on the disk. */
  readonly unit: string;
}

/**
 * A systemd unit, enabled and running as declared, that has loaded its present configuration.
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
      [ ! -e ${loadRecordOf(name)} ] || cat -- ${loadRecordOf(name)}`;
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
  merge,
  desired: ({ enabled, running }) => ({
    enabled,
    status: running === undefined ? undefined : running ? 'running' : 'stopped',
    outdated: [],
    unit: 'as on disk',
  }),
  write({ unit, enabled, running, loads = [], action = 'restart', check: own }) {
    const name = fullName(unit);
    // In every case: a restart with a broken configuration would end the last login.
    const check = SSH_UNITS.includes(name) ? lines(CHECK_SSHD, own ?? sh`:`) : own;
    return sh`
      case $(systemctl show -p LoadState,NeedDaemonReload -- ${name}) in
        *not-found* | *=yes*) systemctl daemon-reload ;;
      esac
      ${enabled === undefined ? sh`:` : sh`systemctl ${enabled ? 'enable' : 'disable'} --quiet -- ${name}`}
      ${running === false ? sh`systemctl stop -- ${name}` : loadService({ name, starts: running === true, loads, action, check })}`;
  },
  protect({ user }, { unit }, from, to) {
    const name = fullName(unit);
    const stops = from.status === 'running' && to?.status === 'stopped';
    const disables = from.enabled === true && to?.enabled === false;
    if (!SSH_UNITS.includes(name) || (!stops && !disables)) return;
    throw new HintedError(
      `Cannot ${stops ? 'stop' : 'disable'} ${name}: this connection logged in as ${user} through it, and after this nobody can log in`,
      { hint: `Write enabled: true and running: true for ${unit}` },
    );
  },
  follows: ({ loads = [] }) => ['apt:packages', ...loads.map(({ address }) => address)],
});

/** sshd's, on Debian and elsewhere. */
const SSH_UNITS = ['ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket'];

/**
 * One unit that several sections declare: it loads the files of each.
 *
 * @throws Error when one wants it to run, or to start at boot, and another doesn't.
 */
function merge(one: ServiceSpec, other: ServiceSpec): ServiceSpec {
  const loaded = [...(one.loads ?? []), ...(other.loads ?? [])];
  const loads = new Map(loaded.map((file) => [file.path, file]));
  const action = mergeActions(one, other);
  const checks = [...new Set([one.check, other.check])].filter((check) => check !== undefined);
  return {
    unit: one.unit,
    ...defined({
      enabled: agreed(one, other, 'enabled'),
      running: agreed(one, other, 'running'),
    }),
    loads: [...loads.values()],
    ...(action && { action }),
    ...(checks.length > 0 && { check: lines(...checks) }),
  };
}

/** A declaration without files has no say; a restart includes a reload. */
function mergeActions(one: ServiceSpec, other: ServiceSpec): ServiceSpec['action'] {
  const loading = [one, other].filter(({ loads = [] }) => loads.length > 0);
  const [first = one, second = first] = loading;
  return first.action === second.action ? first.action : 'restart';
}

/** @throws Error when they want different values. */
function agreed(
  one: ServiceSpec,
  other: ServiceSpec,
  key: 'enabled' | 'running',
): boolean | undefined {
  const [first, second] = [one[key], other[key]];
  if (first !== undefined && second !== undefined && first !== second) {
    throw new HintedError(
      `Cannot combine the services ${one.unit}: one section wants "${key}: ${String(first)}", another "${key}: ${String(second)}"`,
      { hint: 'remove one of them' },
    );
  }
  return first ?? second;
}

/**
 * A mask is a link in the place of the unit's file: where that is among what is loaded, it takes
 * the mask away.
 */
function refuseMasked({ unit, loads = [] }: ServiceSpec, untilReboot: boolean): void {
  const name = fullName(unit);
  if (!untilReboot && loads.some(({ path }) => path === `/etc/systemd/system/${name}`)) return;
  throw new HintedError(`Cannot use ${name}: it is masked, so nothing can start it`, {
    hint: `systemctl unmask ${untilReboot ? '--runtime ' : ''}${name}`,
  });
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
  // A failed service doesn't run, which is what 'stopped' means.
  return ['inactive', 'failed'].includes(active) ? 'stopped' : active;
}

/** @returns undefined when it can be neither enabled nor disabled, such as a static unit (systemctl(1), is-enabled). */
function isEnabled(unitFileState: string): boolean | undefined {
  if (unitFileState === 'enabled') return true;
  return ['disabled', 'masked', 'enabled-runtime'].includes(unitFileState) ? false : undefined;
}
