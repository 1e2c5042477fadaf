import { asUser, literal, sh } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { enterReleases } from '../host/enter-releases.js';
import { findReadable } from '../host/find-readable.js';
import { cleanRepository } from '../host/clean-repository.js';
import { findReleaseId } from '../application/colour.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import { printScheduledReleases, pruneRecords } from '../scheduled-jobs/run-record.js';
import { unlessTaskRuns } from '../scripts/beside-tasks.js';
import { beforeLink } from '../scripts/before-link.js';
import { pruneDependencies } from '../scripts/dependencies.js';
import { printGoodReleases } from '../host/history.js';
import { contentOf, type ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Seconds for the removal of a release, and for all work as the application's user, who decides how
 * much there is to do.
 */
const REMOVE_TIMEOUT_SECONDS = 600;
const TIDY_TIMEOUT_SECONDS = 300;

/**
 * Removes what isn't needed any more: all releases except the last good ones, the live one and
 * those in which a process or a task runs, and their files. Nothing here may fail: an old release that can't
 * be removed is no reason to call a deployment a failure.
 */
export function pruneStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release, section } = spec;
  const glob = literal(RELEASE_ID_GLOB);
  const before = beforeLink(release);
  return {
    phase: 'clean',
    name: 'prune',
    run: sh`
      ${enterReleases(layout, 'Cannot prune')}
      set +e
      fd_good() {
        ${printGoodReleases(layout.history)}
      }
      fd_releases=$(cd releases && pwd -P)
      # This release is good as well, though not recorded yet.
      fd_kept=${` ${release.id} `}
      fd_count=1
      for fd_id in $(fd_good | cut -d ' ' -f 1); do
        [ "$fd_count" -lt ${section.keep} ] || break
        if [ "$fd_id" = ${release.id} ] || [ ! -d "releases/$fd_id" ]; then continue; fi
        fd_kept="$fd_kept$fd_id "
        fd_count=$((fd_count + 1))
      done
      # The link may name another live release than the records.
      for fd_link in colours/*/release; do
        ${findReleaseId(sh`"$fd_link"`, sh`continue`)}
        fd_kept="$fd_kept$fd_id "
      done
      # A scheduled job may work in another folder.
      for fd_id in $(${printScheduledReleases(application.name)}); do
        fd_kept="$fd_kept$fd_id "
      done
      # The processes decide what runs, not the link. Names may hold line breaks.
      fd_running=$(find /proc/[0-9]*/cwd -maxdepth 0 -printf '%l/\0' 2>/dev/null | tr '\n\0' '?\n')
      for fd_folder in releases/${glob}; do
        fd_id=\${fd_folder#releases/}
        [ -d "$fd_folder" ] || continue
        case $fd_kept in *" $fd_id "*) continue ;; esac
        ! printf '%s\n' "$fd_running" | grep -q "^$fd_releases/$fd_id/" || continue
        ${unlessTaskRuns(
          spec,
          sh`"$fd_id"`,
          sh`
          printf 'Removing %s\n' "$fd_id"
          # Renamed first: half a release must never look like a whole one.
          mv -T -- "$fd_folder" "releases/.removed-$fd_id"`,
        )}
      done
      for fd_folder in releases/.removed-${glob} .removed-repo-${glob}; do
        [ ! -d "$fd_folder" ] || timeout ${REMOVE_TIMEOUT_SECONDS} rm -rf --one-file-system -- "$fd_folder"
      done
      for fd_link in .before-${glob} .next-${glob}; do
        [ "$fd_link" = ${before} ] || rm -f -- "$fd_link"
      done
      rm -f -- shared/.*.bundle
      for fd_folder in ${layout.configuration}/${glob} ${layout.configuration}/.*.new; do
        [ -d ${layout.releases}/"\${fd_folder##*/}" ] || rm -rf -- "$fd_folder"
      done
      ${pruneRecords(application)}
      ${pruneDependencies(layout)}
      ${asUser(
        application.user,
        sh`
        cd -- ${layout.variables}
        find . -maxdepth 1 -name '.*.new' -delete
        for fd_file in ${glob}*; do
          [ -d ${layout.releases}/"\${fd_file%%.*}" ] || rm -f -- "$fd_file"
        done`,
        TIDY_TIMEOUT_SECONDS,
      )}
      ${findReadable(layout.repository, application.user)}
      [ -n "$fd_readable" ] || exit 0
      ${asUser(
        application.user,
        sh`
        cd -- ${layout.repository}
        # A rollback has no fetch before it.
        ${cleanRepository(layout.repository, contentOf(spec))}
        git worktree prune
        for fd_ref in $(git for-each-ref --format='%(refname)' refs/fairness-deploy); do
          [ -d ${layout.releases}/"\${fd_ref#refs/fairness-deploy/}" ] || git update-ref -d "$fd_ref"
        done
        git -c gc.autoDetach=false gc --auto --quiet`,
        TIDY_TIMEOUT_SECONDS,
      )}
      exit 0`,
  };
}
