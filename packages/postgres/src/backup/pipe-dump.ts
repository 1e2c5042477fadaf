import { applicationOf } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { defineGiveUp, enterStore, type BackupContext } from './backup-store.js';
import type { Manifest } from './manifest.js';
import { isBackupId } from './manifest.js';
import type { Place } from './list-backups.js';

/** What is needed of a backup to read it. */
export type ReadableBackup = Pick<Manifest, 'id' | 'bytes' | 'sha256' | 'encryption'> & {
  readonly place: Place;
};

/**
 * Runs a script on the host with the plain dump on its standard input, once, from its begin to its end.
 * Fails when the script fails; also, and then it says which, when the stored file is not what was
 * stored: damaged, too short, missing. The script gets what is there all the same, so it must work where
 * nothing is lost, such as on a new database.
 *
 * @throws RangeError when the backup has no such id.
 */
export function pipeDump(context: BackupContext, backup: ReadableBackup, consumer: Script): Script {
  const { id, bytes, sha256 } = backup;
  if (!isBackupId(id)) throw new RangeError(`Cannot read the backup ${JSON.stringify(id)}`);
  const failure = `Cannot read the backup ${id} of ${applicationOf(context.environment).name}`;
  const another = 'choose another one: db-backups';
  return sh`
    (
      ${lines(defineGiveUp(failure), enterStore(context, failure))}
      umask 077
      fd_file=${`${id}.dump`}
      fd_work=$(mktemp -d /run/fairness-deploy-read.XXXXXX) || exit 1
      trap 'rm -rf -- "$fd_work"' EXIT
      mkfifo -- "$fd_work/sums" "$fd_work/sizes"
      sha256sum <"$fd_work/sums" >"$fd_work/sum" &
      fd_sums=$!
      wc -c <"$fd_work/sizes" >"$fd_work/size" &
      fd_sizes=$!
      fd_consume() {
        ${consumer}
      }
      # All of the file is read, also when the consumer gives up: the sum decides what was wrong.
      { cat -- "./$fd_file" || echo failed >"$fd_work/unread"; } |
        tee -- "$fd_work/sums" "$fd_work/sizes" |
        { ( fd_consume ) && fd_status=0 || fd_status=$?; echo "$fd_status" >"$fd_work/status"; cat >/dev/null; }
      wait "$fd_sums" "$fd_sizes"
      read -r fd_sum fd_rest <"$fd_work/sum"
      fd_size=$(cat "$fd_work/size")
      [ ! -e "$fd_work/unread" ] || fd_give_up "its file can not be read: $PWD/$fd_file" ${another}
      [ "$fd_size" -eq ${bytes} ] ||
        fd_give_up "its file has $fd_size bytes"${` of ${String(bytes)}: it is not whole`} ${another}
      [ "$fd_sum" = ${sha256} ] ||
        fd_give_up 'its file is damaged: the SHA-256 is not the one of the manifest' ${another}
      fd_status=$(cat "$fd_work/status")
      [ "$fd_status" -eq 0 ] || exit "$fd_status"
    )`;
}
