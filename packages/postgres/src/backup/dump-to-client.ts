import type { Text } from '@fairness-deploy/shell/secret';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { applicationOf } from '@fairness-deploy/core';
import { openStore, type BackupContext } from './backup-store.js';
import { defineParts, backupFailure } from './make-backup.js';
import { enterStore } from './backup-store.js';

/**
 * Prints a backup, which is stored nowhere on the host. Its manifest stays there until
 * {@link takeManifest} or the next backup.
 *
 * @param database another database of the server; default: the application's
 */
export function dumpToClient(context: BackupContext, reason: string, database?: Text): Script {
  return sh`
    (
      ${lines(openStore(context, { failure: backupFailure(context), wait: 0 }), defineParts(context))}
      ${database === undefined ? sh`:` : sh`fd_database=${database}`}
      fd_begin_dump
      mkfifo -- "$fd_work/sums" "$fd_work/sizes"
      sha256sum <"$fd_work/sums" >"$fd_work/sum" 7>&- 8<&- 9>&- &
      fd_sums=$!
      wc -c <"$fd_work/sizes" >"$fd_work/size" 7>&- 8<&- 9>&- &
      fd_sizes=$!
      # The client may be gone: then this ends by SIGPIPE, and so does the rest.
      { fd_dump | fd_encrypt | fd_part tee tee -- "$fd_work/sums" "$fd_work/sizes" || :; } 7>&- 8<&- 9>&-
      wait "$fd_sums" "$fd_sizes"
      fd_words=$(fd_problem tee)
      [ -z "$fd_words" ] || fd_give_up "$fd_words"
      fd_end_dump
      fd_check_encryption
      fd_bytes=$(cat "$fd_work/size")
      fd_manifest ${reason} >./last.client || fd_give_up "cannot write $PWD/last.client" "is the disk full? df -h $PWD"
    )`;
}

/** Prints the manifest of the backup that {@link dumpToClient} has printed, once. */
export function takeManifest(context: BackupContext): Script {
  const failure = `Cannot read the manifest of a backup of ${applicationOf(context.environment).name}`;
  return sh`
    (
      ${enterStore(context, failure)}
      cat -- ./last.client && rm -f -- ./last.client
    )`;
}
