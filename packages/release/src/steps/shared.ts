import { basename, dirname } from 'node:path/posix';
import { asUser, fail, lines, literal, notice, sh, type Script } from '@fairness-deploy/shell';
import { findReleaseId } from '../application/colour.js';
import { RELEASE_ID_GLOB } from '../application/release-id.js';
import type { ReleaseStep } from '../order/release-step.js';
import { inReleaseFolder } from '../scripts/in-release.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Seconds to look for files of the live release's own: the application decides how many there are. */
const LOOK_TIMEOUT_SECONDS = 60;

const OWN_CONTENT =
  'Warning: the live release has files of its own in %s, which later releases do not see, and which are removed with it. After this deployment, copy them: runuser -u %s -- cp -an %s %s';

/**
 * Links the folders that outlive releases into the release, in place of the repository's own. A
 * folder that is new gets the content of the latter. Nothing removes a shared folder.
 *
 * All of it is the application's, and is done as its user: root follows no link there.
 */
export function shareStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { application, layout, section } = spec;
  const { shared } = section;
  if (shared.length === 0) return undefined;
  return {
    phase: 'fetch',
    name: 'shared folders',
    run: sh`
      [ -d ${layout.sharedFolders} ] || ${fail(`Cannot share ${shared.join(', ')}: there is no ${layout.sharedFolders} on this host`, 'provision first')}
      ${lines(...shared.map((path) => warnOfOwn(spec, path)))}
      ${asUser(application.user, lines(...shared.map((path) => share(spec, path, takeOver(spec, path)))))}`,
  };
}

/**
 * Checks after the build that the shared folders are still linked: else the application would write
 * into the release, and lose that with it. A link that is missing is made again.
 */
export function shareAgainStep(spec: ReleaseSpec): ReleaseStep | undefined {
  const { shared } = spec.section;
  if (shared.length === 0) return undefined;
  const refuse = (path: string): Script =>
    fail(
      `Cannot share ${path}: there is a folder in place of its link`,
      'let the build leave the link there, or remove the path from "shared" in the section "release"',
    );
  return {
    phase: 'build',
    place: 'last',
    name: 'check shared folders',
    run: asUser(
      spec.application.user,
      lines(...shared.map((path) => share(spec, path, refuse(path)))),
    ),
  };
}

/** @param replace what to do with a folder at the link's place; it is in that folder's parent */
function share(spec: ReleaseSpec, path: string, replace: Script): Script {
  const target = targetOf(spec, path);
  const failure = `Cannot share ${path}`;
  const name = `./${basename(path)}`;
  return inReleaseFolder(
    spec,
    path,
    failure,
    sh`
      if [ -L ${name} ]; then
        [ "$(readlink -- ${name})" = ${target} ] || ${fail(`${failure}: there is another link in the release`, 'remove it from the repository')}
      elif [ -d ${name} ]; then
        ${replace}
      elif [ -e ${name} ]; then
        ${fail(`${failure}: it is no folder in the release`, 'share the folder that it is in')}
      fi
      ${makeTarget(spec, path, sh`mkdir -- "$fd_staged"`)}
      [ -L ${name} ] || ln -s -- ${target} ${name}`,
  );
}

/** Replaces a folder of the repository: the first time, its content is the shared folder's. */
function takeOver(spec: ReleaseSpec, path: string): Script {
  const name = `./${basename(path)}`;
  return sh`
    ${makeTarget(spec, path, sh`cp -a --reflink=auto -- ${name} "$fd_staged"`)}
    rm -rf -- ${name}`;
}

/**
 * Makes the shared folder unless it is there, whole or not at all. It may be a link, such as to a
 * larger disk: one that leads nowhere is not replaced, as that disk may only be absent.
 *
 * @param make makes `$fd_staged`
 */
function makeTarget(spec: ReleaseSpec, path: string, make: Script): Script {
  const target = targetOf(spec, path);
  return sh`
    if [ ! -d ${target} ]; then
      if [ -e ${target} ] || [ -L ${target} ]; then
        ${fail(`Cannot share ${path}: ${target} is no folder, or a link that leads nowhere`, `see what it is: ls -ld ${target}`)}
      fi
      fd_staged=${`${dirname(target)}/.${spec.release.id}.new`}
      mkdir -p -- ${dirname(target)}
      # Also of a deployment that was interrupted.
      rm -rf -- ${dirname(target)}/.${literal(RELEASE_ID_GLOB)}.new
      ${make} || { rm -rf -- "$fd_staged"; exit 1; }
      # After a power cut, it must not have a name without its content.
      sync -f -- "$fd_staged"
      mv -T -- "$fd_staged" ${target}
      printf '%s\n' ${`Made ${target}`}
    fi`;
}

/** Warns of files that the live release has in a folder of its own, and that no later release gets. */
function warnOfOwn(spec: ReleaseSpec, path: string): Script {
  const { application, layout, section } = spec;
  const { user } = application;
  const target = targetOf(spec, path);
  const within = [section.directory ?? [], path].flat().join('/');
  return sh`
    ${findReleaseId(`${layout.live}/release`, sh`fd_id=`)}
    if [ -n "$fd_id" ]; then
      fd_own=$(
        ${asUser(
          user,
          sh`
          # Before it is entered: behind a link, .. leads elsewhere.
          [ ! -L ${`${layout.live}/release/${path}`} ] || exit 0
          cd -- ${`${layout.live}/release/${path}`} 2>/dev/null || exit 0
          git ls-files --others -- . | head -n 1 | grep -q . || exit 0
          echo own`,
          LOOK_TIMEOUT_SECONDS,
        )}
      ) || fd_own=
      # Only what root knows is shown: the application's user decides on where links lead to.
      [ "$fd_own" != own ] || printf ${notice(OWN_CONTENT)}'\n' ${path} ${user} ${layout.releases}/"$fd_id"${`/${within}/.`} ${`${target}/`}
    fi`;
}

function targetOf({ layout }: Pick<ReleaseSpec, 'layout'>, path: string): string {
  return `${layout.sharedFolders}/${path}`;
}
