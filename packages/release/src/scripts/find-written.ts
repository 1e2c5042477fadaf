import { createHash } from 'node:crypto';
import { sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { filesBeforeInstall, inRepository } from './install-inputs.js';
import type { ReleaseSpec } from './release-spec.js';

/**
 * Prints, as the application's user, one path that installing has written besides the dependencies,
 * if there is any: a release that takes the dependencies would lack it. What the deployment itself
 * put there before is none, as long as it is the same.
 */
export function findWritten(spec: ReleaseSpec): Script {
  const { layout, release, section } = spec;
  const own = [...section.shared, ...filesBeforeInstall(spec).map(({ path }) => path)].map((path) =>
    inRepository(spec, path),
  );
  const others = [':(top)', ...own.map((path) => `:(exclude,top,literal)${path}`)];
  // Folders that are there for what we put into them.
  const folders = own.flatMap((path) =>
    path.split('/').map((_, at, all) => `${all.slice(0, at).join('/')}/`),
  );
  const ours = ['', ...new Set(folders)].flatMap((line) => ['-e', line]);
  return sh`
    cd -- ${release.path}
    if ! ${filesAreUnchanged(spec)}; then
      echo 'one of the "files"'
      exit 0
    fi
    cd -- ${`${layout.releases}/${release.id}`}
    fd_list() {
      git -c core.quotePath=false ls-files --others --exclude=node_modules/ "$@" -- ${others}
    }
    # Not in a pipe, where a failure would go unnoticed. Only with --directory, empty folders count.
    fd_new=$(fd_list)
    fd_made=$(fd_list --directory)
    fd_changed=$(git diff --name-only -- ${others})
    printf '%s\n' "$fd_new" "$fd_made" "$fd_changed" | grep -vxF ${ours} | head -n 1`;
}

/** Whether the files written before installing are as they were written (sha256sum(1), --check). */
function filesAreUnchanged(spec: ReleaseSpec): Script {
  const files = filesBeforeInstall(spec);
  if (files.length === 0) return sh`:`;
  const expected = files.map(({ path, content }) =>
    Text.of(
      content.mapWhole((text) => createHash('sha256').update(text).digest('hex')),
      `  ./${path}\n`,
    ),
  );
  return sh`printf %s ${Text.of(...expected)} | sha256sum --check --status 2>/dev/null`;
}
