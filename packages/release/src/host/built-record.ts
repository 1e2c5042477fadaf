import { literal, sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';
import { isReleaseId, RELEASE_ID_GLOB } from '../application/release-id.js';

/**
 * Names the newest release that failed after it had been built: its folder stays, for the next
 * deployment of the same commit to copy. Root's alone. It is never a good release: the history has
 * its failure, and it has no variables to start with.
 */
export function builtFile({ shared }: Pick<Layout, 'shared'>): string {
  return `${shared}/built`;
}

/** Prints a line `built <release>`, if there is one. */
export function printBuilt(layout: Layout): Script {
  const file = builtFile(layout);
  return sh`[ ! -f ${file} ] || sed -n '1s/^/built /p' ${file}`;
}

/** The release of {@link printBuilt}. */
export function parseBuilt([release = '']: readonly string[]): string | undefined {
  return isReleaseId(release) ? release : undefined;
}

/** Sets `fd_built` to the release, or to nothing. */
export function findBuilt(layout: Layout): Script {
  return sh`
    fd_built=
    if [ -f ${builtFile(layout)} ]; then IFS= read -r fd_built <${builtFile(layout)} || fd_built=; fi
    case $fd_built in ${literal(RELEASE_ID_GLOB)}) ;; *) fd_built= ;; esac`;
}

/** Forgets it: after a deployment that succeeded, which has removed the folder. */
export function forgetBuilt(layout: Layout): Script {
  return sh`rm -f -- ${builtFile(layout)}`;
}
