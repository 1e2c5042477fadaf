import { endProcesses, fail, literal, sh } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { enterReleases } from '../host/enter-releases.js';
import { findRecorded } from '../host/find-recorded.js';
import { forgetMigration } from '../host/migration-record.js';
import { beginEntry } from '../host/history.js';
import { makeTasksLock } from '../host/task-record.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Tenths of a second between SIGTERM and SIGKILL for processes of an interrupted deployment. */
const KILL_AFTER_TENTHS = 50;

/** How many KiB must be free for the history and a release's files. */
const NEEDED_KIB = 1024;

/**
 * Kills the processes that an interrupted deployment may have left, which run as the application's
 * user in that release's folder (the engine has killed those that print to the job's log), and
 * records the beginning of this deployment. Other processes in a release, such as a long job of the
 * application, keep running.
 */
export function beginStep({
  application,
  layout,
  about,
}: Pick<ReleaseSpec, 'application' | 'layout' | 'about'>): ReleaseStep {
  return {
    phase: 'fetch',
    name: 'begin',
    // Every failure from here on is recorded.
    place: 'first',
    run: sh`
      ${findRecorded(layout, application.user)}
      [ -z "$fd_recorded" ] || {
        printf 'Cannot begin: a release of %s is live on this host as the user %s in %s, and the environment has another user or home\n  → see: plan\n' ${application.name} "\${fd_recorded%% *}" "\${fd_recorded#* }" >&2
        exit 1
      }
      getent passwd ${application.user} >/dev/null || ${fail(`Cannot begin: there is no user ${application.user} on this host`, 'provision first')}
      ${enterReleases(layout, 'Cannot begin')}
      if [ "$(df -Pk ${layout.shared} | awk 'END { print $4 }')" -lt ${NEEDED_KIB} ]; then
        ${fail(`Cannot begin: the disk of ${layout.shared} is full`, `make room: du -xh ${layout.home} | sort -h | tail`)}
      fi
      ${makeTasksLock(layout)}
      fd_cut=
      if [ -s ${layout.pending} ]; then
        { read -r fd_cut _ && IFS= read -r fd_rest; } <${layout.pending} || fd_cut=
        case $fd_cut in ${literal(RELEASE_ID_GLOB)}) ;; *) fd_cut= ;; esac
        # The target of a rollback existed before, and so did the processes in it.
        case \${fd_rest-} in *'"action":"deploy"'*) ;; *) fd_cut= ;; esac
        # The plugin that runs processes stops those of a colour.
        for fd_link in ${layout.colours}/*/release; do
          fd_to=$(readlink -- "$fd_link") || continue
          case $fd_to/ in "../../releases/$fd_cut/"*) fd_cut= ;; esac
        done
      fi
      fd_releases=$(cd -- ${layout.releases} && pwd -P)
      # Names may have line breaks, which must not look like another process.
      fd_strays() {
        [ -n "$fd_cut" ] || return 0
        find /proc/[0-9]*/cwd -maxdepth 0 -user ${application.user} -printf '%p %l\0' 2>/dev/null |
          tr '\n\0' '?\n' | while read -r fd_process fd_to; do
          case $fd_to/ in "$fd_releases/$fd_cut/"*) printf '%s\n' "$fd_process" ;; esac
        done
      }
      ${endProcesses({
        find: sh`fd_strays | cut -d / -f 3 | tr '\n' ' '`,
        say: 'Ending what an interrupted deployment has left',
        killAfterTenths: KILL_AFTER_TENTHS,
      })}
      # People may undo migrations by hand along with the release: then they must run again.
      ${about.action === 'rollback' ? forgetMigration(layout) : sh`:`}
      ${beginEntry(layout, about)}`,
  };
}
