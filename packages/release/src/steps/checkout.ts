import { asUser, fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { AS_IT_IS } from '../git/attributes.js';
import { contentOf, type ReleaseSpec } from '../scripts/release-spec.js';
import { keepBuild } from './keep-build.js';
import { removeRelease } from '../scripts/remove-release.js';
import { unlessLive } from '../scripts/unless-live.js';

/** Checks the commit out into the release's folder: a worktree, so that git's commands work in it. */
export function checkoutStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release, section } = spec;
  const folder = `${layout.releases}/${release.id}`;
  return {
    phase: 'fetch',
    name: 'checkout',
    run: sh`
      mkdir -m 0750 -- ${folder}
      chown -h ${application.user}: -- ${folder}
      ${asUser(
        application.user,
        lines(
          sh`git -C ${layout.repository} worktree prune`,
          ...(spec.artifact === undefined ? [] : [leaveBytes(layout.repository)]),
          sh`
        git -C ${layout.repository} -c advice.detachedHead=false worktree add --quiet --detach -- ${folder} ${contentOf(spec)}
        [ -d ${release.path} ] || ${fail(`Cannot deploy ${release.commit}: it has no folder '${section.directory ?? '.'}'`)}`,
        ),
      )}`,
    undo: unlessLive(layout, release, lines(keepBuild(spec), removeRelease(spec))),
  };
}

/** Until the shell ends: a repository's own commits need their attributes. */
function leaveBytes(repository: string): Script {
  return sh`
    fd_attributes=${`${repository}/info/attributes`}
    trap 'rm -f -- "$fd_attributes"' EXIT
    mkdir -p -- ${`${repository}/info`}
    printf '%s\n' ${AS_IT_IS} >"$fd_attributes"`;
}
