import { nodeFolder } from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { BIN, binFolders, managerFolder, type Runtime } from '../application/runtime.js';

/** A program of a runtime, and where it is. */
function programsOf({ node, manager }: Runtime): readonly (readonly [string, string])[] {
  const own = { pnpm: ['pnpm', 'pnpx'], yarn: ['yarn', 'yarnpkg'] };
  return [
    ...['npm', 'npx'].map((name) => [name, `${nodeFolder(node)}/bin/${name}`] as const),
    ...(manager
      ? own[manager.name].map((name) => [name, `${managerFolder(manager)}/bin/${name}`] as const)
      : []),
  ];
}

/**
 * Makes the programs of a release's runtime in the folder of its colour, the current one: so
 * `<home>/live/bin` has those of the live release, and a switch moves both. Removes those of an
 * earlier release. npm and the others are scripts of two lines, which find their own Node.js when
 * they are called by their path, as by cron.
 */
export function linkRuntime(runtime: Runtime | undefined): Script {
  if (!runtime) return sh`rm -rf -- ${BIN}`;
  const path = binFolders(runtime).join(':');
  return sh`
    rm -rf -- ${BIN} ${`.${BIN}.new`}
    mkdir -- ${`.${BIN}.new`}
    ln -s -- ${`${nodeFolder(runtime.node)}/bin/node`} ${`.${BIN}.new/node`}
    ${lines(...programsOf(runtime).map(([name, program]) => wrapper(name, program, path)))}
    chmod 0755 -- ${`.${BIN}.new`} ${programsOf(runtime).map(([name]) => `.${BIN}.new/${name}`)}
    mv -T -- ${`.${BIN}.new`} ${BIN}`;
}

function wrapper(name: string, program: string, path: string): Script {
  const text = sh`
    #!/bin/sh
    # Made together with the release.
    PATH=${path}:$PATH
    export PATH
    [ ! -x ${program} ] || exec ${program} "$@"
    printf '%s\n' ${`Cannot run ${name}: there is no ${program} any more; deploy again`} >&2
    exit 127`;
  return sh`printf '%s\n' ${text.text} >${`.${BIN}.new/${name}`}`;
}
