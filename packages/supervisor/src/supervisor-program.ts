import {
  defineLiveFile,
  OTHERS_BROKEN,
  type LiveFile,
  type LiveFileContent,
  type LiveFolder,
} from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { tryConfiguration } from './try-configuration.js';
import { REACH } from './control.js';

/** The identity of a program, or of a group of programs. */
export interface SupervisorProgramIdentity {
  readonly name: string;
}

/** A program of Supervisor. The configuration is its file in conf.d, which must have the section [program:<name>] or [group:<name>]. */
export type SupervisorProgramSpec = SupervisorProgramIdentity & LiveFileContent;

/**
 * A program of Supervisor, or a group of them: its file in conf.d, which supervisord has
 * loaded. The file goes live only when Supervisor's own parser accepts the whole configuration
 * with it. Then `update` starts, or restarts, this group and no other. When supervisord doesn't
 * run, it will load the file at its start.
 *
 * A change restarts all of the group: Supervisor replaces groups whole, and only those of which
 * nothing runs (supervisord.org/api.html, removeProcessGroup).
 *
 * What supervisord has loaded is told by a record, not asked for: supervisorctl takes 0.2 s.
 *
 * @throws RangeError when the name has other characters than letters, digits, '.', '_' and '-'.
 */
export const supervisorProgram = defineLiveFile<SupervisorProgramIdentity>({
  type: 'supervisor-program',
  name: ({ name }) => name,
  check({ name }) {
    // Names end up on command lines and in URLs; Supervisor itself refuses ' ', ':' and '/'.
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(name)) {
      throw new RangeError(
        `Cannot name a program of Supervisor ${JSON.stringify(name)}: expected letters, digits, '.', '_' and '-'`,
      );
    }
  },
  live,
  effect: {
    kind: 'value',
    field: 'processes',
    from: 'run',
    to: 'restarted, those with traffic too',
  },
  follows: () => ['apt:packages'],
});

/**
 * Files of other sections in Supervisor's folder: checked as programs are. Then `update` starts, or
 * restarts, the groups that have changed.
 */
export const supervisorFolder: LiveFolder = {
  folder: '/etc/supervisor',
  live: (path) => ({
    path,
    check: (staged) => ifInstalled(tryConfiguration({ path, staged })),
    load: ifInstalled(
      lines(
        REACH,
        sh`
          systemctl is-active --quiet supervisor || exit 0
          ${tryConfiguration()} || exit ${OTHERS_BROKEN}
          fd_reach
          supervisorctl update`,
      ),
    ),
  }),
  follows: ['apt:packages'],
};

/** Its package may have failed, or be installed later. */
function ifInstalled(script: Script): Script {
  return sh`
    [ -x /usr/bin/supervisord ] || exit 0
    ${script}`;
}

/** The file of a program, or of a group of them. */
function programFile(name: string): string {
  return `/etc/supervisor/conf.d/${name}.conf`;
}

function live({ name }: SupervisorProgramIdentity): LiveFile {
  const path = programFile(name);
  return {
    path,
    check: (staged) => tryConfiguration({ path, staged, program: name }),
    load: lines(REACH, load(name, path)),
  };
}

/** `update` with a name changes that group alone, and fails when there is none. */
function load(name: string, path: string): Script {
  return sh`
    systemctl is-active --quiet supervisor || exit 0
    ${tryConfiguration()} || exit ${OTHERS_BROKEN}
    fd_reach
    fd_known=0
    # 3: it is known, and some of it does not run.
    supervisorctl status ${`${name}:*`} >/dev/null 2>&1 || fd_known=$?
    if [ -e ${path} ] || [ "$fd_known" = 0 ] || [ "$fd_known" = 3 ]; then
      supervisorctl update ${name}
    fi`;
}
