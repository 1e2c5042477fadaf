import { literal, sh, type ReleaseStep } from '@fairness-deploy/core';
import { beginEntry } from '../host/history.js';
import { RELEASE_ID_GLOB } from '../release-id.js';
import type { ReleaseSpec } from './release-spec.js';

/** Tenths of a second that what an interrupted deployment has left running gets to end by itself. */
const PATIENCE = 50;

/**
 * Ends what an interrupted deployment may have left running, and writes down that this one
 * begins. What the kill of a job or of its shell did not reach is told by where it prints to,
 * the log of a job that has no status; and what it has run as the application's user, by the folder that it works in.
 * Whatever else works in a release, such as a long job of the application's, is left alone.
 */
export function beginStep({
  application,
  layout,
  about,
}: Pick<ReleaseSpec, 'application' | 'layout' | 'about'>): ReleaseStep {
  return {
    phase: 'fetch',
    name: 'begin',
    // Whatever fails from here on is written down.
    place: 'first',
    run: sh`
      fd_cut=
      if [ -s ${layout.pending} ]; then
        { read -r fd_cut _ && IFS= read -r fd_rest; } <${layout.pending} || fd_cut=
        case $fd_cut in ${literal(RELEASE_ID_GLOB)}) ;; *) fd_cut= ;; esac
        # What a rollback goes to was there before, and whatever works in it as well.
        case \${fd_rest-} in *'"action":"deploy"'*) ;; *) fd_cut= ;; esac
        # What is in a colour is for whoever runs processes to stop.
        for fd_link in ${layout.colours}/*/release; do
          fd_to=$(readlink -- "$fd_link") || continue
          case $fd_to/ in "../../releases/$fd_cut/"*) fd_cut= ;; esac
        done
      fi
      fd_releases=$(cd -- ${layout.releases} && pwd -P)
      fd_jobs=\${FD_INPUT%/*/*}
      fd_own=\${FD_INPUT%/*}
      # Names may hold line breaks, which must not pass for another process.
      fd_links() {
        find "$@" -printf '%p %l\0' 2>/dev/null | tr '\n\0' '?\n'
      }
      fd_strays() {
        if [ -n "$fd_cut" ]; then
          fd_links /proc/[0-9]*/cwd -maxdepth 0 -user ${application.user}
        fi | while read -r fd_process fd_to; do
          case $fd_to/ in "$fd_releases/$fd_cut/"*) printf '%s\n' "$fd_process" ;; esac
        done
        fd_links /proc/[0-9]*/fd/1 /proc/[0-9]*/fd/2 -maxdepth 0 | while read -r fd_process fd_to; do
          case $fd_to in
            "$fd_own"/*) ;;
            # A daemon of a job that came to its end was meant to stay.
            "$fd_jobs"/*/log) [ -e "\${fd_to%/log}/status" ] || printf '%s\n' "$fd_process" ;;
          esac
        done
      }
      fd_left=${PATIENCE}
      fd_signal=TERM
      while :; do
        fd_stray=$(fd_strays | cut -d / -f 3 | sort -un | tr '\n' ' ')
        [ -n "$fd_stray" ] || break
        printf 'Ending what an interrupted deployment has left: %s\n' "$fd_stray"
        # shellcheck disable=SC2086
        kill -s "$fd_signal" -- $fd_stray 2>/dev/null || :
        sleep 0.1
        fd_left=$((fd_left - 1))
        [ "$fd_left" -gt 0 ] || fd_signal=KILL
        [ "$fd_left" -gt -${PATIENCE} ] || break
      done
      ${beginEntry(layout, about)}`,
  };
}
