import { applicationOf } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { defineGiveUp, enterStore, type BackupContext } from './backup-store.js';
import { receivedFile } from './list-backups.js';
import type { Manifest } from './manifest.js';

/**
 * Receives the file of a backup for one restore, as the script's input (file descriptor 3). It is none of
 * the environment's backups: neither listed, nor sent to the bucket, nor counted. Fails, and leaves
 * nothing, unless all of it has come.
 */
export function receive(context: BackupContext, manifest: Manifest): Script {
  const { bytes, sha256 } = manifest;
  const file = `./${receivedFile(manifest)}`;
  const failure = `Cannot send the backup to the host of ${applicationOf(context.environment).name}`;
  return sh`
    (
      ${defineGiveUp(failure)}
      umask 077
      ${enterStore(context, failure)}
      trap 'rm -f -- '${file} EXIT
      cat <&3 >${file} || fd_give_up "cannot write $PWD" "is the disk full? df -h $PWD"
      if [ "$(stat -c %s -- ${file})" != ${String(bytes)} ] || [ "$(sha256sum <${file})" != ${`${sha256}  -`} ]; then
        fd_give_up 'not all of it has come, or it was damaged on the way' 'try it again'
      fi
      trap - EXIT
    )`;
}

/** Removes what {@link receive} has written. */
export function forgetReceived(context: BackupContext, manifest: Pick<Manifest, 'id'>): Script {
  return sh`
    (
      ${enterStore(context, 'Cannot remove the file of a restore')}
      rm -f -- ${`./${receivedFile(manifest)}`}
    )`;
}
