import { basename } from 'node:path/posix';
import { asUser, fail, lines, sh, type Script } from '@fairness-deploy/shell';
import type { ReleaseStep } from '../order/release-step.js';
import { inReleaseFolder } from '../scripts/in-release.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import type { FileTime } from '../section/files.js';
import type { ReleaseFile } from '../section/release-file.js';

/** Where the files of each time are written: before the project's hooks that are at the same place. */
const PLACES = {
  install: { phase: 'fetch', place: 'usual' },
  build: { phase: 'build', place: 'first' },
  start: { phase: 'build', place: 'last' },
} as const satisfies Record<FileTime, Pick<ReleaseStep, 'phase' | 'place'>>;

/**
 * Writes the files of the section `release` that install, the build or the start needs. They are
 * removed together with the release.
 */
export function filesStep(spec: ReleaseSpec, when: FileTime): ReleaseStep | undefined {
  const files = (spec.files ?? []).filter((file) => file.when === when);
  if (files.length === 0) return undefined;
  return {
    ...PLACES[when],
    name: `files for ${when}`,
    run: asUser(spec.application.user, lines(...files.map((file) => write(spec, file)))),
  };
}

/** A builtin of the shell prints the content, so that no command line shows it. */
function write(spec: ReleaseSpec, { path, content }: ReleaseFile): Script {
  const failure = `Cannot write ${path}`;
  const name = `./${basename(path)}`;
  const staged = `./.${spec.release.id}.new`;
  return inReleaseFolder(
    spec,
    path,
    failure,
    sh`
      [ ! -d ${name} ] || [ -L ${name} ] || ${fail(`${failure}: it is a folder in the release`, 'choose another path, or remove it from the repository')}
      umask ${content.secrets.length > 0 ? '077' : '022'}
      printf %s ${content} >${staged}
      mv -fT -- ${staged} ${name}`,
  );
}
