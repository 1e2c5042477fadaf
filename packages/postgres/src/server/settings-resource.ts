import {
  defineResource,
  type Resource,
  type ResourceOptions,
} from '@fairness-deploy/core/resources';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { clusterProbe, inCluster, subjectOf, type ClusterIdentity } from './cluster.js';
import { FIND_HBA_ERRORS, printLoadedSince, RELOAD, replaceAsPostgres } from './load.js';
import { namesIn, sameValue, settingsText, type Settings } from './settings-text.js';

/** The settings of a server. */
export interface SettingsSpec {
  readonly cluster: ClusterIdentity;
  readonly settings: Settings;
  /** The megabytes that they are for. */
  readonly memory: number | undefined;
}

interface State {
  readonly content: string;
  /** Whether the server has read them. */
  readonly loaded: boolean;
  readonly server: string;
}

const RESTARTED = 'restarted';

/** Our file, in the shell: further ones come after it by name, and so win over it. */
export const SETTINGS_FILE = sh`"/etc/postgresql/$fd_version/$fd_cluster/conf.d/fairness-deploy.conf"`;

/** What a server runs with that only a restart changes. */
const FIXED_SETTINGS = `SELECT json_object_agg(name, json_build_array(current_setting(name), pending_restart))
  FROM pg_settings WHERE context = 'postmaster'`;

/** The name and the value that a restart changes, and whether that waits for one. */
type Fixed = Readonly<Record<string, readonly [string, boolean]>>;

const settingsType = defineResource<SettingsSpec, State>({
  type: 'postgres-settings',
  name: ({ cluster }) => cluster.port,
  questions: ({ cluster }) => [{ probe: clusterProbe, subject: subjectOf(cluster) }],
  read: () => sh`
    [ -n "$fd_cluster" ] && [ -e ${SETTINGS_FILE} ] || [ -n "$fd_running" ] || exit 0
    if [ -n "$fd_running" ]; then
      ${printLoadedSince(SETTINGS_FILE)}
      printf '%s\n' ${FIXED_SETTINGS.replaceAll('\n', ' ')} | fd_sql
    else
      printf 'no\n{}\n'
    fi
    [ ! -e ${SETTINGS_FILE} ] || fd_as_postgres cat -- ${SETTINGS_FILE}`,
  parse(output, { settings }) {
    const [loaded = '', fixed = '{}', ...rest] = output.split('\n');
    const content = rest.join('\n');
    const restarts = needRestart(parseFixed(fixed), settings, content);
    return {
      content,
      loaded: loaded === 'yes' && content !== '',
      server: restarts.length === 0 ? RESTARTED : `runs with another ${restarts.join(', ')}`,
    };
  },
  desired: ({ settings, memory }) => ({
    content: settingsText(settings, memory),
    loaded: true,
    server: RESTARTED,
  }),
  write: writeSettings,
});

/** @throws Error when the host did not print JSON of that form. */
function parseFixed(text: string): Fixed {
  const parsed: unknown = JSON.parse(text);
  // Sound: it is what the query above makes.
  return parsed as Fixed;
}

/** The settings that take effect by a restart only, and differ. */
function needRestart(fixed: Fixed, wanted: Settings, present: string): readonly string[] {
  const names = new Set([...Object.keys(wanted), ...namesIn(present)]);
  return [...names].filter((name) => {
    const [value, pending] = fixed[name] ?? [];
    if (value === undefined) return false;
    const next = wanted[name];
    // A setting that is no longer ours: after a restart, it has its default, or the value of another file.
    return next === undefined || pending === true || !sameValue(value, next);
  });
}

/**
 * The old file comes back when the server cannot use the new one. The server restarts only when it says
 * itself that a setting of ours waits for that.
 */
function writeSettings({ cluster, settings, memory }: SettingsSpec): Script {
  return lines(
    inCluster(cluster),
    sh`
      [ -n "$fd_running" ] || ${fail('Cannot set up PostgreSQL: its server does not run', 'see what failed above')}
      fd_file=${SETTINGS_FILE}
      fd_old=$(fd_as_postgres cat -- "$fd_file" 2>/dev/null) || fd_old=
      fd_names=$(printf '%s\n%s\n' "$fd_old" ${Object.keys(settings)
        .map((name) => `${name} = `)
        .join('\n')} |
        sed -n 's/^\([a-z_][a-z0-9_.]*\) = .*/\1/p' | sort -u | tr '\n' ',')
      fd_restore() {
        if [ -n "$fd_old" ]; then
          ${replaceAsPostgres(sh`"$fd_file"`, sh`printf '%s\n' "$fd_old"`)}
        else
          fd_as_postgres rm -f -- "$fd_file"
        fi
      }
      fd_as_postgres mkdir -p -- "/etc/postgresql/$fd_version/$fd_cluster/conf.d"
      ${replaceAsPostgres(sh`"$fd_file"`, sh`printf %s ${settingsText(settings, memory)}`)}
      # It reads all files, as at a start, and ends. It also refuses values that are out of range.
      if ! fd_said=$(fd_as_postgres "/usr/lib/postgresql/$fd_version/bin/postgres" -C port -D "$fd_data" \
        --config-file="/etc/postgresql/$fd_version/$fd_cluster/postgresql.conf" 2>&1); then
        fd_restore
        printf '%s\n' "$fd_said" | grep -v ' LOG: *$' >&2
        ${fail('Cannot set up PostgreSQL: its server refuses the settings, see above; they are as they were', 'correct postgres: { server: { settings } }')}
      fi
      ${Object.keys(settings).length === 0 ? sh`:` : REQUIRE_READ}
      ${RELOAD}
      fd_pending=$(printf '%s\n' "SELECT string_agg(name, ', ') FROM pg_settings WHERE pending_restart AND name = ANY (string_to_array(:'names', ','))" |
        fd_sql -v names="$fd_names")
      [ -n "$fd_pending" ] || exit 0
      fd_unit=postgresql@$fd_version-$fd_cluster
      # A running server ignores such lines; a starting one does not start.
      ${FIND_HBA_ERRORS}
      if [ -n "$fd_errors" ]; then
        printf 'Cannot restart PostgreSQL for %s: it would not start with the lines of pg_hba.conf above\n' "$fd_pending" >&2
        printf '  → correct these lines\n' >&2
        exit 1
      fi
      printf 'Restarting PostgreSQL for %s\n' "$fd_pending"
      if ! systemctl restart -- "$fd_unit"; then
        fd_restore
        systemctl reset-failed -- "$fd_unit" 2>/dev/null || :
        systemctl start -- "$fd_unit" || :
        journalctl --sync 2>/dev/null || :
        journalctl -q --no-pager -n 20 -u "$fd_unit" >&2 || :
        ${fail('Cannot restart PostgreSQL with the settings; they are as they were, and its last messages are above', 'correct postgres: { server: { settings, memory } }')}
      fi`,
  );
}

/** After `fd_restore` is defined: fails when the server does not read the file. */
const REQUIRE_READ = sh`
  fd_read=$(printf '%s\n' "SELECT count(*) FROM pg_file_settings WHERE sourcefile = :'file'" | fd_sql -v file="$fd_file")
  if [ "$fd_read" = 0 ]; then
    fd_restore
    ${fail('Cannot set up PostgreSQL: its server does not read the folder conf.d', "add to the end of postgresql.conf: include_dir = 'conf.d'")}
  fi`;

/** The settings of a server, which has read them, and was restarted for those that need it. */
export function serverSettings(spec: SettingsSpec, options: ResourceOptions): Resource {
  return settingsType(spec, options);
}
