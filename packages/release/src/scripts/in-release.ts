import { dirname } from 'node:path/posix';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import type { ReleaseSpec } from './release-spec.js';

type Spec = Pick<ReleaseSpec, 'layout' | 'release'>;

/**
 * Runs a script of the application's user in the folder of a path of the release, which is made when
 * it is missing. The path's last segment is then a name in the current folder.
 *
 * @param path relative to the application's folder
 * @param failure begins the message: `Cannot write client/.env`
 */
export function inReleaseFolder(
  { layout, release }: Spec,
  path: string,
  failure: string,
  script: Script,
): Script {
  const folder = dirname(path);
  const root = `${layout.releases}/${release.id}`;
  return sh`
    (
    umask 022
    cd -- ${release.path}
    mkdir -p -- ${folder} || ${fail(`${failure}: ${folder} is no folder in the release`)}
    # A link of the repository may lead elsewhere, such as to another release.
    cd -P -- ${folder}
    case $PWD/ in
      "$(cd -P -- ${root} && pwd -P)"/*) ;;
      *) ${fail(`${failure}: a link of the repository leads out of the release`, `remove the link from the repository: ${folder}`)} ;;
    esac
    ${script}
    )`;
}
