import { type Connection, endProcesses, type Script, sh } from '@fairness-deploy/shell';
import { DEFINE_LIVES, jobFolder } from './job-folder.js';
import { DEFINE_BELOW } from './process-tree.js';

/** Tenths of a second between SIGTERM and SIGKILL for the processes of a cancelled job. */
const KILL_AFTER_TENTHS = 50;

const CANCELLED = 'cancelled';

/**
 * Cancels a job: kills its running step, or ends its wait for the lock. The job itself then runs
 * the undo steps.
 *
 * @param connect makes a connection to the host besides the one that follows the job.
 * @returns false when it was too late: the job is already undoing, or has ended.
 * @throws ConnectError when the host can't be reached.
 */
export async function cancelJob(
  connect: () => Promise<Connection>,
  jobId: string,
): Promise<boolean> {
  const connection = await connect();
  try {
    const { stdout } = await connection.run(cancelScript(jobId));
    return stdout.toString().trim() === CANCELLED;
  } finally {
    await connection.close();
  }
}

export function cancelScript(jobId: string): Script {
  return sh`
    fd_dir=${jobFolder(jobId)}
    ${DEFINE_LIVES}
    fd_lives "$fd_dir" || exit 0
    fd_job=$(cat -- "$fd_dir/pid")
    kill -TERM "$fd_job"
    ${DEFINE_BELOW}
    fd_running=$(fd_below "$fd_job")
    # Asked now that it is known what runs: none of that is an undo step.
    [ ! -e "$fd_dir/uncancellable" ] || exit 0
    echo ${CANCELLED}
    ${endProcesses({
      find: sh`for fd_pid in $fd_running; do ! kill -s 0 "$fd_pid" 2>/dev/null || printf '%s ' "$fd_pid"; done`,
      once: true,
      killAfterTenths: KILL_AFTER_TENTHS,
    })}`;
}
