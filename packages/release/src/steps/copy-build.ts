import { asUser, fail, sh } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { removeRelease } from '../scripts/remove-release.js';
import { keyFile } from '../scripts/dependencies.js';
import { contentOf, type ReleaseSpec } from '../scripts/release-spec.js';
import { unlessLive } from '../scripts/unless-live.js';

/**
 * Makes the release a copy of one of the same commit with the same build, when only its runtime
 * variables have changed. The copy is a worktree of its own.
 */
export function copyBuildStep(spec: ReleaseSpec, builtAs: string): ReleaseStep {
  const { application, layout, release } = spec;
  const folder = `${layout.releases}/${release.id}`;
  const built = `${layout.releases}/${builtAs}`;
  const key = keyFile(layout, { id: builtAs });
  return {
    phase: 'build',
    name: 'copy build',
    run: sh`
      [ -d ${built} ] || ${fail(`Cannot copy the build of ${builtAs}: it was removed since this was planned`, 'deploy again')}
      mkdir -m 0750 -- ${folder}
      chown -h ${application.user}: -- ${folder}
      printf '%s\n' ${`The commit is built already, as ${builtAs}`}
      ${asUser(
        application.user,
        sh`
        git -C ${layout.repository} worktree prune
        git -C ${layout.repository} worktree add --quiet --detach --no-checkout -- ${folder} ${contentOf(spec)}
        find ${built} -mindepth 1 -maxdepth 1 ! -name .git -exec cp -a --reflink=auto -t ${folder} -- {} +
        git -C ${folder} reset --quiet`,
      )}
      [ ! -e ${key} ] || cp -- ${key} ${keyFile(layout, release)}`,
    undo: unlessLive(layout, release, removeRelease(spec)),
  };
}
