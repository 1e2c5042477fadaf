import { defineResource } from '../resource/define-resource.js';
import { lines, sh, type Script } from '../script/sh.js';
import { fail } from './fail.js';
import type { FileResource } from './file.js';
import { checkPath } from './path.js';

/** A file that a service has loaded, or should have. */
export type LoadedFile = Pick<FileResource, 'address' | 'path' | 'sha256'>;

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

/** Where it is recorded what the services have loaded. */
const RECORDS = '/var/lib/fairness-deploy/loaded';

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
  read({ unit, loads = [] }) {
    const name = fullName(unit);
    const show = sh`systemctl show -p LoadState,UnitFileState,ActiveState,SubState,NeedDaemonReload -- ${name}`;
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
    const { properties, files, record } = sections(output);
    const property = (name: string): string => properties.get(name) ?? '';
    if (property('LoadState') === 'not-found') return undefined;
    const status = statusOf(property('ActiveState'), property('SubState'));
    return {
      enabled: isEnabled(property('UnitFileState')) ?? spec.enabled,
      status,
      // What doesn't run has nothing loaded.
      outdated: status === 'running' ? outdated(spec.loads ?? [], files, record) : [],
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

interface Loading {
  readonly name: string;
  readonly starts: boolean;
  readonly loads: readonly LoadedFile[];
  readonly action: 'reload' | 'restart';
  readonly check: Script | undefined;
}

function load({ name, starts, loads, action, check }: Loading): Script {
  const start = starts
    ? sh`fd_action=start`
    : // Nothing loads anything; when it is started one day, it isn't by us, and so isn't recorded.
      sh`exit 0`;
  return sh`
    fd_record=${recordOf(name)}
    fd_action=${action}
    if systemctl is-active --quiet -- ${name}; then
      ${loads.length > 0 ? sh`:` : sh`exit 0`}
    else
      ${start}
    fi
    umask 077
    mkdir -p ${RECORDS}
    # Before they are loaded: what changes meanwhile then counts as not loaded.
    : >"$fd_record.new"
    fd_note() {
      [ -f "$1" ] || return 0
      fd_digest=$(sha256sum <"$1")
      fd_line="\${fd_digest%% *} $(stat -c %.9Y -- "$1") $1"
      printf '%s\n' "$fd_line" >>"$fd_record.new"
      case $fd_action:$1 in
        reload:*/systemd/*) grep -qsxF -e "$fd_line" -- "$fd_record" || fd_action=restart ;;
      esac
    }
    ${lines(...loads.map(({ path }) => sh`fd_note ${path}`))}
    # What runs has loaded these very files: only something else was to be done.
    if [ "$fd_action" != start ] && cmp -s -- "$fd_record.new" "$fd_record"; then
      rm -f -- "$fd_record.new"
      exit 0
    fi
    ${check ? sh`( ${check} )` : sh`:`}
    systemctl reset-failed -- ${name} 2>/dev/null || :
    if ! systemctl "$fd_action" -- ${name} || ! systemctl is-active --quiet -- ${name}; then
      journalctl -q --no-pager -n 20 -u ${name} >&2 || :
      ${fail(`Cannot make ${name} run with its configuration; its last messages are above`)}
    fi
    mv -f -- "$fd_record.new" "$fd_record"`;
}

/** systemctl(1): a name without a suffix is a service's. */
function fullName(unit: string): string {
  return /\.(?:service|socket|target|timer|path|mount|slice)$/.test(unit)
    ? unit
    : `${unit}.service`;
}

function recordOf(name: string): string {
  return `${RECORDS}/${name}`;
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

function outdated(
  loads: readonly LoadedFile[],
  files: ReadonlyMap<string, string>,
  record: ReadonlyMap<string, string>,
): readonly string[] {
  return loads.flatMap(({ path, sha256 }) => {
    const loaded = `${sha256.reveal()} ${files.get(path) ?? 'missing'}`;
    return record.get(path) === loaded ? [] : [path];
  });
}

/** The output's parts; of files the time of modification, of the record digest and time, by path. */
function sections(
  output: string,
): Record<'properties' | 'files' | 'record', ReadonlyMap<string, string>> {
  const [properties, rest] = split(output, 'files\n');
  const [files, record] = split(rest, 'record\n');
  return {
    properties: new Map(properties.split('\n').map((line) => pair(line, line.indexOf('=')))),
    files: new Map(files.split('\n').map((line) => swap(pair(line, line.indexOf(' '))))),
    record: new Map(record.split('\n').map((line) => swap(pair(line, line.indexOf(' ', 65))))),
  };
}

/** At the first line that is the separator. Paths are absolute, and so none is one. */
function split(text: string, separator: string): readonly [string, string] {
  if (text.startsWith(separator)) return ['', text.slice(separator.length)];
  const at = text.indexOf(`\n${separator}`);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1 + separator.length)];
}

function pair(line: string, at: number): readonly [string, string] {
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function swap([value, path]: readonly [string, string]): readonly [string, string] {
  return [path, value];
}
