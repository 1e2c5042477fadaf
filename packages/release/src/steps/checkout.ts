import { asUser, fail, sh, type ReleaseStep, type Script } from '@fairness-deploy/core';
import type { ReleaseSpec } from './release-spec.js';
import { unlessCurrent } from './unless-current.js';

/** Checks the commit out into the release's folder: a worktree, so that git's commands work in it. */
export function checkoutStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release, section } = spec;
  const folder = `${layout.releases}/${release.id}`;
  return {
    phase: 'fetch',
    name: 'checkout',
    run: sh`
      mkdir -m 0755 -- ${folder}
      chown ${application.user}: -- ${folder}
      ${asUser(
        application.user,
        sh`
        git -C ${layout.repository} worktree prune
        git -C ${layout.repository} -c advice.detachedHead=false worktree add --quiet --detach -- ${folder} ${release.commit}
        [ -d ${release.path} ] || ${fail(`Cannot deploy ${release.commit}: it has no folder '${section.directory ?? '.'}'`)}`,
      )}`,
    undo: unlessCurrent(layout, release, removeRelease(spec)),
  };
}

/** A name of its own first: half a release must never pass for one. */
function removeRelease({ application, layout, release }: ReleaseSpec): Script {
  const folder = `${layout.releases}/${release.id}`;
  const removed = `${layout.releases}/.removed-${release.id}`;
  return sh`
    if [ -d ${folder} ]; then
      mv -T -- ${folder} ${removed}
      rm -rf --one-file-system -- ${removed}
    fi
    ${asUser(application.user, sh`git -C ${layout.repository} worktree prune`)}`;
}
