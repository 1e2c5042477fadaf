import { applicationOf } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { openStore, type BackupContext } from './backup-store.js';
import { dumpFile } from './list-backups.js';
import { manifestText, type Manifest } from './manifest.js';

/** Seconds to wait while a backup is made. */
const WAIT_SECONDS = 600;

/**
 * Stores a backup on the host, whose file is the script's input (file descriptor 3). It counts as one
 * only when all of it has come: a connection that is lost on the way leaves none.
 */
export function storeReceived(context: BackupContext, manifest: Manifest): Script {
  const { id, bytes, sha256 } = manifest;
  const file = dumpFile(manifest);
  const failure = `Cannot store the backup ${id} for ${applicationOf(context.environment).name}`;
  return sh`
    (
      ${openStore(context, { failure, wait: WAIT_SECONDS })}
      cat <&3 >${`./${file}.part`} ||
        fd_give_up "cannot write $PWD/"${file} "is the disk full? df -h $PWD"
      [ "$(stat -c %s -- ${`./${file}.part`})" -eq ${bytes} ] &&
        [ "$(sha256sum <${`./${file}.part`})" = ${`${sha256}  -`} ] ||
        fd_give_up 'not all of it has come, or it was damaged on the way' 'try it again'
      printf %s ${manifestText(manifest)} >${`./${id}.manifest.part`}
      sync -- ${[`./${file}.part`, `./${id}.manifest.part`]}
      mv -fT -- ${`./${file}.part`} ${`./${file}`}
      mv -fT -- ${`./${id}.manifest.part`} ${`./${id}.manifest`}
      sync -- .
    )`;
}

/** Removes a backup from the host. */
export function removeStored(context: BackupContext, manifest: Manifest): Script {
  const failure = `Cannot remove the backup ${manifest.id}`;
  return sh`
    (
      ${openStore(context, { failure, wait: WAIT_SECONDS })}
      rm -f -- ${[`./${manifest.id}.manifest`, `./${dumpFile(manifest)}`]}
    )`;
}
