import { applicationOf } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import type { BackupContext } from './backup-store.js';
import { parseManifest, type Manifest } from './manifest.js';
import { backupFolder } from './paths.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** Where a backup is: on the host that makes it, in the bucket. */
export type Place = 'host' | 'bucket';

/** A backup in one place. */
export interface StoredBackup extends Manifest {
  readonly place: Place;
  /** The size of its file; another one than `bytes` when it is damaged, undefined when it is missing. */
  readonly storedBytes?: number;
}

/**
 * Prints the manifests of all backups on the host, for {@link parseBackups}; nothing when there are none.
 */
export function listBackups({ environment }: BackupContext): Script {
  const folder = backupFolder(applicationOf(environment).name);
  return sh`
    for fd_manifest in ${folder}/*.manifest; do
      [ -f "$fd_manifest" ] || continue
      printf 'place host\n'
      cat -- "$fd_manifest"
      fd_dump=\${fd_manifest%.manifest}.dump
      [ -e "$fd_dump" ] || fd_dump=$fd_dump.age
      printf 'stored %s\n' "$(stat -c %s -- "$fd_dump" 2>/dev/null || echo missing)"
    done`;
}

/** The backups in the output of {@link listBackups}, the newest first. Manifests that are not whole are left out. */
export function parseBackups(output: string): readonly StoredBackup[] {
  return output
    .split(/^(?=place )/m)
    .flatMap((text) => {
      const [, place] = /^place (host|bucket)$/m.exec(text) ?? [];
      const [, stored] = /^stored (\d+)$/m.exec(text) ?? [];
      if (place === undefined) return [];
      try {
        return [
          {
            ...parseManifest(text),
            // Sound: the expression admits only these.
            place: place as Place,
            ...(stored !== undefined && { storedBytes: Number(stored) }),
          },
        ];
      } catch (error) {
        if (error instanceof HintedError) return [];
        throw error;
      }
    })
    .sort((one, other) => (one.id < other.id ? 1 : -1));
}
