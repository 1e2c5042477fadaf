import type { Text } from '@fairness-deploy/shell/secret';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { applicationOf } from '@fairness-deploy/core';
import { enterStore, openStore, type BackupContext } from './backup-store.js';
import { defineParts, backupFailure } from './make-backup.js';

/** A dump for the client. */
export interface ClientDump {
  /** Names its manifest on the host: random, of hexadecimal digits. */
  readonly nonce: string;
  /** For the manifest, one line. */
  readonly reason: string;
  /** Another database of the server; default: the application's. */
  readonly database?: Text;
}

/**
 * Prints a backup, which is stored nowhere on the host. Its manifest stays there until
 * {@link takeManifest}, a day at most.
 */
export function dumpToClient(
  context: BackupContext,
  { nonce, reason, database }: ClientDump,
): Script {
  const file = manifestFile(nonce);
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
      fd_manifest ${reason} >${file} || fd_give_up "cannot write $PWD/"${file} "is the disk full? df -h $PWD"
    )`;
}

/** Prints the manifest of the backup that {@link dumpToClient} has printed, once. */
export function takeManifest(context: BackupContext, { nonce }: Pick<ClientDump, 'nonce'>): Script {
  const file = manifestFile(nonce);
  const failure = `Cannot read the manifest of a backup of ${applicationOf(context.environment).name}`;
  return sh`
    (
      ${enterStore(context, failure)}
      cat -- ${file} && rm -f -- ${file}
    )`;
}

function manifestFile(nonce: string): string {
  return `./${nonce}.client`;
}
