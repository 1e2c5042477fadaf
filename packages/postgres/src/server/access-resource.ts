import { defineResource } from '@fairness-deploy/core/resources';
import { fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { accessIn, accessLines, accessMarks, type Access } from './access-text.js';
import { clusterProbe, inCluster, ownedIn, subjectOf, type ClusterIdentity } from './cluster.js';
import {
  FIND_HBA_ERRORS,
  HBA_ERRORS,
  printLoadedSince,
  RELOAD,
  replaceAsPostgres,
} from './load.js';

/** Who may log in to an application's database. */
export interface AccessSpec extends Access {
  readonly cluster: ClusterIdentity;
  readonly application: string;
}

interface State {
  readonly rules: string;
  /** Where they are: the server takes the first line that fits. */
  readonly place: string;
  /** Whether the server has read them. */
  readonly loaded: boolean;
}

const FIRST = "before others' lines";

/** Sets `fd_hba` to the path of the file. */
const FIND_FILE = sh`
  fd_hba=/etc/postgresql/$fd_version/$fd_cluster/pg_hba.conf
  [ -z "$fd_running" ] || fd_hba=$(echo 'SHOW hba_file' | fd_sql)`;

/** The lines of pg_hba.conf for an application: the others stay as they are. */
export const access = defineResource<AccessSpec, State>({
  type: 'postgres-access',
  name: ({ application }) => application,
  owns: ({ cluster, application }) => ownedIn(cluster, 'postgres-access', application),
  questions: ({ cluster }) => [{ probe: clusterProbe, subject: subjectOf(cluster) }],
  read: () => sh`
    [ -n "$fd_cluster" ] || exit 0
    ${FIND_FILE}
    if [ -n "$fd_running" ]; then
      ${printLoadedSince(sh`"$fd_hba"`)}
      printf '%s\n' ${HBA_ERRORS} | fd_sql | wc -l
    else
      printf 'no\n0\n'
    fi
    fd_as_postgres cat -- "$fd_hba"`,
  parse(output, { application }) {
    const [loaded = '', errors = '', ...rest] = output.split('\n');
    const { lines: found, isFirst } = accessIn(rest.join('\n'), application);
    return {
      rules: text(found),
      place: isFirst ? FIRST : "after others' lines",
      loaded: loaded === 'yes' && errors.trim() === '0',
    };
  },
  desired: (spec) => ({ rules: text(accessLines(spec)), place: FIRST, loaded: true }),
  write: writeAccess,
});

function text(rules: readonly string[]): string {
  return rules.map((rule) => `${rule}\n`).join('');
}

function writeAccess(spec: AccessSpec): Script {
  const [begin, end] = accessMarks(spec.application);
  const block = [begin, ...accessLines(spec), end, ''].join('\n');
  return lines(inCluster(spec.cluster), replaceAccess(spec.application, block));
}

/** Prints that a file has lines for an application, in the cluster that is found. */
export function printAccess(application: string): Script {
  return sh`
    ${FIND_FILE}
    fd_as_postgres grep -xF -- ${accessMarks(application)[0]} "$fd_hba" || :`;
}

/** Takes the lines for an application out of the file, in the cluster that is found. */
export function withoutAccess(application: string): Script {
  return replaceAccess(application, '');
}

function replaceAccess(application: string, block: string): Script {
  const [begin, end] = accessMarks(application);
  return sh`
      [ -n "$fd_running" ] || ${fail('Cannot set up who may log in to PostgreSQL: its server does not run', 'see what failed above')}
      ${FIND_FILE}
      fd_old=$(fd_as_postgres cat -- "$fd_hba")
      # A block without its end would take others' lines with it.
      fd_others=$(printf '%s\n' "$fd_old" | awk -v begin=${begin} -v end=${end} '
        $0 == begin { inside = 1; next }
        $0 == end { inside = 0; next }
        !inside { print }
        END { exit inside }') ||
        ${fail(`Cannot change pg_hba.conf: the line "${end}" is missing in it`, 'add it below the lines of the application')}
      ${replaceAsPostgres(sh`"$fd_hba"`, sh`printf '%s%s\n' ${block} "$fd_others"`)}
      ${FIND_HBA_ERRORS}
      if [ -n "$fd_errors" ]; then
        ${replaceAsPostgres(sh`"$fd_hba"`, sh`printf '%s\n' "$fd_old"`)}
        ${fail('Cannot change pg_hba.conf: the server cannot use the lines above, and so would read none; the file is as it was', 'correct these lines')}
      fi
      ${RELOAD}`;
}
