import { type Connection, type Script, sh } from '@fairness-deploy/shell';
import { collect } from './collect.js';
import { framed } from './framed.js';
import { DEFINE_LIVES, JOBS } from './job-folder.js';
import { parseJob, PRINT_JOB, type LastJob } from './last-job.js';

/** The job of a deployment, or the releases whose deployments a host has logs of. */
export type FoundDeployment = { readonly job: LastJob } | { readonly releases: readonly string[] };

/**
 * Finds the job of a deployment.
 *
 * @param release the release that it made; undefined: the host's last deployment
 * @returns the releases of which there are logs, the newest first, when it isn't one of them.
 */
export async function findDeployment(
  connection: Connection,
  release: string | undefined,
): Promise<FoundDeployment> {
  const records = await collect(connection, (word) =>
    framed(word, 'job', printDeployment(release)),
  );
  const printed = records.get('job')?.output ?? '';
  const job = parseJob(printed);
  if (job) return { job };
  const releases = printed.split('\n').flatMap((line) => /^release (.+)$/.exec(line)?.[1] ?? []);
  return { releases: [...new Set(releases)] };
}

/**
 * Prints the job of a deployment, or a line `release …` for each release of which there are logs. A
 * release that was live several times has the log of each: the oldest one is that of its making.
 */
export function printDeployment(release: string | undefined): Script {
  return sh`
    ${DEFINE_LIVES}
    # shellcheck disable=SC2012 # The names are ours.
    fd_all=$(ls -td -- ${JOBS}/*/ 2>/dev/null | while read -r fd_one; do
      if [ -f "\${fd_one}job" ] && [ -s "\${fd_one}release" ]; then
        printf '%s %s\n' "$(head -n 1 -- "\${fd_one}release")" "\${fd_one%/}"
      fi
    done)
    [ -n "$fd_all" ] || exit 0
    fd_dir=$(${
      release === undefined
        ? sh`printf '%s\n' "$fd_all" | head -n 1`
        : sh`printf '%s\n' "$fd_all" | awk -v release=${release} '$1 == release { found = $0 } END { if (found != "") print found }'`
    })
    if [ -z "$fd_dir" ]; then
      printf '%s\n' "$fd_all" | sed 's/^/release /; s/ [^ ]*$//'
      exit 0
    fi
    fd_dir=\${fd_dir#* }
    fd_state=
    ! fd_lives "$fd_dir" || fd_state=running
    ${PRINT_JOB}`;
}
