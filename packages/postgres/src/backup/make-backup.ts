import { applicationOf } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { defineClient } from '../connection/client.js';
import { openStore, type BackupContext } from './backup-store.js';
import { defineOutdated, removeOutdated } from './keep-backups.js';
import { recipientsFile } from './paths.js';
import { sendToBucket } from './send-to-bucket.js';
import { defineDump } from './stream-dump.js';

/** How long a backup within another job waits for one that is being made. */
const WAIT_SECONDS = 600;

export interface BackupOptions {
  /** Seconds to wait while another backup is made; default: 600. */
  readonly wait?: number;
}

/**
 * Makes one backup, to the places that the environment says, and removes those that are not kept. Prints
 * one line about it. For the host that makes the backups: see isBackupHost(). It fails, and leaves
 * nothing that counts as a backup, when any part of it fails.
 *
 * @param reason for people, one line: `schedule`, `before migrating release 20261130T0130`
 * @throws RangeError when the reason is not one line.
 */
export function backupNow(
  context: BackupContext,
  reason: string,
  { wait = WAIT_SECONDS }: BackupOptions = {},
): Script {
  if (!/^[^\p{Cc}]+$/u.test(reason)) {
    throw new RangeError(`Cannot use ${JSON.stringify(reason)} as a reason: expected one line`);
  }
  const { name } = applicationOf(context.environment);
  const failure = backupFailure(context);
  const { keep, bucket } = context.section.backups ?? {};
  return sh`
    (
      ${lines(openStore(context, { failure, wait }), defineParts(context))}
      fd_begin_dump
      { fd_dump | fd_encrypt | fd_part tee tee --output-error=exit "./$fd_file.part" || :; } 7>&- 8<&- 9>&- |
        sha256sum >"$fd_work/sum" 7>&- 8<&- 9>&-
      fd_words=$(fd_problem tee)
      [ -z "$fd_words" ] || fd_give_up "cannot write $PWD/$fd_file.part: \${fd_words#tee: }" "is the disk full? df -h $PWD"
      fd_end_dump
      fd_check_encryption
      fd_bytes=$(stat -c %s -- "./$fd_file.part") || exit 1
      if ! { fd_manifest ${reason} >"./$fd_id.manifest.part" && sync -- "./$fd_file.part" "./$fd_id.manifest.part"; }; then
        fd_give_up "cannot write $PWD/$fd_id.manifest.part" "is the disk full? df -h $PWD"
      fi
      mv -- "./$fd_file.part" "./$fd_file" || exit 1
      mv -- "./$fd_id.manifest.part" "./$fd_id.manifest" || exit 1
      sync -- .
      printf '%s %s %s\n' "$fd_id" "$fd_created" "$fd_bytes" >./last.part && mv -- ./last.part ./last
      # The disk must not fill while the bucket is away.
      ${lines(defineOutdated(keep), removeOutdated(), bucket ? sendAndTell(sendToBucket(context, bucket)) : sh`:`)}
      printf 'backup %s of %s, %s bytes\n' "$fd_id" ${name} "$fd_bytes"
    )`;
}

/** Until it has succeeded, a file tells `status` that the bucket lacks backups. */
function sendAndTell(send: Script): Script {
  return sh`
    : >./unsent
    ${send}
    rm -f -- ./unsent`;
}

/** How messages about a failed backup begin. */
export function backupFailure({ environment }: BackupContext): string {
  return `Cannot back up the database of ${applicationOf(environment).name}`;
}

/**
 * Defines what a backup consists of, besides those of defineDump(): `fd_encrypt`, `fd_check_encryption`,
 * `fd_manifest <reason>`, `$fd_id`, and `$fd_file`, its file's name.
 */
export function defineParts({ environment, section }: BackupContext): Script {
  const { name, user } = applicationOf(environment);
  const encrypted = section.backups?.encrypt ?? false;
  const encryption = encrypted
    ? sh`
      fd_encryption=age fd_file=$fd_id.dump.age
      fd_encrypt() {
        fd_part age age -R ${recipientsFile(name)} || :
      }
      fd_check_encryption() {
        fd_words=$(fd_problem age)
        [ -z "$fd_words" ] || fd_give_up "$fd_words"
      }`
    : sh`
      fd_encryption=none fd_file=$fd_id.dump
      fd_encrypt() { cat; }
      fd_check_encryption() { :; }`;
  return sh`
    ${lines(defineClient(user, name), defineDump(environment.name))}
    # Ids are sorted by their second: no two backups have the same.
    while
      fd_created=$(date -u +%Y-%m-%dT%H:%M:%SZ)
      fd_id=$(printf %s "\${fd_created%Z}" | tr -d ':-')
      ls ./"$fd_id"-*.manifest >/dev/null 2>&1
    do
      sleep 0.2
    done
    fd_id=$fd_id-$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n')
    ${encryption}
    fd_manifest() {
      read -r fd_sum fd_rest <"$fd_work/sum" || return 1
      printf '%s %s\n' version 1 id "$fd_id" database "$fd_dumped" server "$fd_server" \
        created "$fd_created" bytes "$fd_bytes" sha256 "$fd_sum" encryption "$fd_encryption" reason "$1" &&
        cat -- "$fd_work/tables"
    }`;
}
