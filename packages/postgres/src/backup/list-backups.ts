import { applicationOf } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { defineBucket } from './bucket.js';
import type { BackupContext } from './backup-store.js';
import { parseManifest, type Manifest } from './manifest.js';
import { backupFolder } from './paths.js';

/**
 * Where a backup is: on the host that makes it, in the bucket, or sent to the host for one restore
 * (`received`), where it is none of the environment's backups.
 */
export type Place = 'host' | 'bucket' | 'received';

/** A backup in one place. */
export interface StoredBackup extends Manifest {
  readonly place: Place;
  /** The size of its file; another one than `bytes` when it is damaged, undefined when it is missing. */
  readonly storedBytes?: number;
}

/**
 * Prints all backups, on the host and in the bucket, for {@link parseBackups}. It does not fail when
 * the bucket can't be reached: see {@link placeProblem}.
 */
export function listBackups(context: BackupContext): Script {
  const { environment, section } = context;
  const { bucket } = section.backups ?? {};
  const folder = backupFolder(applicationOf(environment).name);
  const onHost = sh`
    printf 'place host\n'
    for fd_file in ${folder}/*.manifest ${folder}/*.dump ${folder}/*.dump.age; do
      case $fd_file in
        *'*'*) ;;
        *.manifest) cat -- "$fd_file" ;;
        *) printf 'size %s %s\n' "\${fd_file##*/}" "$(stat -c %s -- "$fd_file")" ;;
      esac
    done`;
  if (bucket === undefined) return onHost;
  return sh`
    ${lines(onHost, defineBucket(context, bucket))}
    printf 'place bucket\n'
    # Status 3: there is no such folder yet.
    if fd_said=$(fd_bucket lsf --files-only --format ps --separator ' ' "$fd_remote" 2>&1) || [ "$?" -eq 3 ]; then
      printf '%s\n' "$fd_said" | sed -n 's/^[0-9]\{8\}T/size &/p'
      case $fd_said in
        *.manifest*) fd_bucket cat "$fd_remote" --include '*.manifest' || printf 'problem the manifests cannot be read\n' ;;
      esac
    else
      printf 'problem %s\n' "$(printf '%s\n' "$fd_said" | tail -n 1)"
    fi`;
}

/** The backups in the output of {@link listBackups}, the newest first. Manifests that are not whole are left out. */
export function parseBackups(output: string): readonly StoredBackup[] {
  return output
    .split(/^(?=place )/m)
    .flatMap((text) => {
      const [, place] = /^place (host|bucket)\n/.exec(text) ?? [];
      // Sound: the expression admits only these.
      return place === undefined ? [] : backupsAt(place as Place, text);
    })
    .sort((one, other) => Number(one.id < other.id) - Number(one.id > other.id));
}

/** Why the backups of the bucket can't be listed; undefined when they can, or there is no bucket. */
export function placeProblem(output: string): string | undefined {
  return /^problem (?:\d{4}\/\S+ \S+ )?(.*\S.*)$/m.exec(output)?.[1];
}

function backupsAt(place: Place, text: string): readonly StoredBackup[] {
  const sizes = new Map(
    [...text.matchAll(/^size (\S+) (\d+)$/gm)].map(([, name = '', size]) => [name, Number(size)]),
  );
  return text.split(/^(?=version )/m).flatMap((one) => {
    const manifest = wholeManifest(one);
    if (manifest === undefined) return [];
    const storedBytes = sizes.get(dumpFile(manifest));
    return [{ ...manifest, place, ...(storedBytes !== undefined && { storedBytes }) }];
  });
}

/** The name of a file that was sent to the host for one restore. */
export function receivedFile({ id }: Pick<Manifest, 'id'>): string {
  return `${id}.received`;
}

/** The name of a backup's file. */
export function dumpFile({ id, encryption }: Pick<Manifest, 'id' | 'encryption'>): string {
  return encryption === 'age' ? `${id}.dump.age` : `${id}.dump`;
}

function wholeManifest(text: string): Manifest | undefined {
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof HintedError) return undefined;
    throw error;
  }
}
