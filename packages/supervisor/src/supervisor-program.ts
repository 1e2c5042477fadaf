import {
  defineResource,
  lines,
  type LiveFile,
  type LiveFileState,
  liveState,
  OTHERS_BROKEN,
  parseLive,
  readLive,
  removeLive,
  type Script,
  sh,
  writeLive,
} from '@fairness-deploy/core';
import { checkTree } from './check-tree.js';
import { CONTROL } from './control.js';

/** What a program is found by. */
export interface SupervisorProgramIdentity {
  readonly name: string;
}

/** A program of Supervisor. */
export interface SupervisorProgramSpec extends SupervisorProgramIdentity {
  /** Its file in Supervisor's conf.d, which must have the section [program:<name>]. */
  readonly configuration: string;
}

/**
 * A program of Supervisor: its file in conf.d, which supervisord has loaded. The file goes
 * live only when Supervisor's own parser accepts the whole configuration with it. Then
 * `update` starts, or restarts, this program and no other. When supervisord doesn't run, it
 * will load the file at its start.
 *
 * What supervisord has loaded is told by a record, not asked for: supervisorctl takes 0.2 s.
 *
 * @throws RangeError when the name has other characters than letters, digits, '.', '_' and '-'.
 */
export const supervisorProgram = defineResource<
  SupervisorProgramSpec,
  LiveFileState,
  SupervisorProgramIdentity & Partial<SupervisorProgramSpec>
>({
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
  read: ({ name, configuration }) => readLive(pathOf(name), configuration),
  parse: (output, { name, configuration }) => parseLive(output, pathOf(name), configuration),
  desired: ({ configuration }) => liveState(configuration),
  write: ({ name, configuration }) => writeLive(liveFile(name), configuration),
  remove: ({ name }) => removeLive(liveFile(name)),
  follows: () => ['apt:packages'],
});

function pathOf(name: string): string {
  return `/etc/supervisor/conf.d/${name}.conf`;
}

function liveFile(name: string): LiveFile {
  const path = pathOf(name);
  return {
    path,
    check: (staged) => checkTree({ path, staged, program: name }),
    load: lines(CONTROL, load(name, path)),
  };
}

/** `update` with a name looks after that group alone, and fails when there is none. */
function load(name: string, path: string): Script {
  return sh`
    systemctl is-active --quiet supervisor || exit 0
    ${checkTree()} || exit ${OTHERS_BROKEN}
    fd_reach
    if [ -e ${path} ] || fd_look ${name} 2>/dev/null; then
      supervisorctl update ${name}
    fi`;
}
