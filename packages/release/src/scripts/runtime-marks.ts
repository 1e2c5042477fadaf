/** Which runtimes an application's releases use: see runtime-marks.ts of core. */
import {
  MADE_RUNTIMES,
  madeMark,
  nodeFolder,
  USED_RUNTIMES,
} from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';
import { managerFolder, type Runtime } from '../application/runtime.js';
import type { ReleaseSpec } from './release-spec.js';

/** The folder with the marks of an application. */
export function usedFolder(application: string): string {
  return `${USED_RUNTIMES}/${application}`;
}

function partsOf({
  node,
  manager,
}: Runtime): readonly (readonly [name: string, version: string])[] {
  return [['node', node], ...(manager ? [[manager.name, manager.version] as const] : [])];
}

/** Notes that a release uses its runtime: before that is installed, so that nobody removes it. */
export function markUsed(
  { application, release }: Pick<ReleaseSpec, 'application' | 'release'>,
  runtime: Runtime,
): Script {
  const folder = usedFolder(application.name);
  const lines = partsOf(runtime).map(([name, version]) => `${name} ${version}`);
  return sh`
    ( umask 077 && mkdir -p -- ${folder} ${MADE_RUNTIMES} && printf '%s\n' ${lines} >${`${folder}/${release.id}`} )`;
}

/** Notes that a deployment installs a part of a runtime. */
export function markMade(name: string, version: string): Script {
  return sh`: >${madeMark(name, version)}`;
}

/** Removes the notes of an application's releases that are gone. */
export function forgetUsed({ releases }: Pick<Layout, 'releases'>, application: string): Script {
  return sh`
    for fd_mark in ${usedFolder(application)}/*; do
      [ ! -f "$fd_mark" ] || [ -d ${releases}/"\${fd_mark##*/}" ] || rm -f -- "$fd_mark"
    done`;
}

/**
 * Removes the runtimes that no release of any application uses any more: those that deployments have
 * installed, and that no process runs. A runtime that an environment names is provisioned, and stays.
 */
export function pruneRuntimes(): Script {
  const node = withoutSlash(nodeFolder(''));
  const [pnpm, yarn] = (['pnpm', 'yarn'] as const).map((name) =>
    withoutSlash(managerFolder({ name, version: '' })),
  ) as [string, string];
  return sh`
    for fd_mark in ${MADE_RUNTIMES}/*@*; do
      [ -f "$fd_mark" ] || continue
      fd_name=\${fd_mark##*/}
      fd_version=\${fd_name#*@}
      fd_name=\${fd_name%%@*}
      ! grep -rqsxF -- "$fd_name $fd_version" ${USED_RUNTIMES} || continue
      case $fd_name in
        node) fd_folder=${node} ;;
        pnpm) fd_folder=${pnpm} ;;
        yarn) fd_folder=${yarn} ;;
        *) continue ;;
      esac
      # A long job of an earlier release may still run it.
      [ -z "$(find /proc/[0-9]*/exe -maxdepth 0 -lname "$fd_folder/$fd_version/*" -print -quit 2>/dev/null)" ] || continue
      printf 'Removing %s %s: no release uses it\n' "$fd_name" "$fd_version"
      # Renamed first: half a runtime must never look like a whole one. Installing it removes the rest.
      fd_old=$fd_folder/.$fd_version.fd-new
      rm -rf -- "$fd_old"
      [ ! -d "$fd_folder/$fd_version" ] || mv -T -- "$fd_folder/$fd_version" "$fd_old" || continue
      rm -f -- "$fd_mark"
      rm -rf --one-file-system -- "$fd_old"
    done`;
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}
