import { applicationOf } from '@fairness-deploy/core';
import type { LentFile } from '@fairness-deploy/secrets';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { defineGiveUp, enterStore, type BackupContext } from './backup-store.js';
import { defineBucket } from './bucket.js';
import { dumpFile, receivedFile, type Place } from './list-backups.js';
import { isBackupId, type Manifest } from './manifest.js';

/** A key for one encrypted backup, which the client has made: see lendBackup(). */
export interface Lent extends LentFile {
  /** Of the file's own header, in bytes. */
  readonly headerLength: number;
}

/** What is needed of a backup to read it. */
export interface ReadableBackup extends Pick<Manifest, 'id' | 'bytes' | 'sha256' | 'encryption'> {
  readonly place: Place;
  /** Must be there when the backup is encrypted. */
  readonly lent?: Lent;
}

/**
 * Runs a script on the host with the plain dump on its standard input, once, from its begin to its end.
 * Fails when the script fails; also, and then it says which, when the stored file is not what was
 * stored: damaged, too short, missing. The script gets what is there all the same, so it must work where
 * nothing is lost, such as on a new database.
 *
 * @throws RangeError when the backup has no such id, or is encrypted and was not lent.
 */
export function pipeDump(context: BackupContext, backup: ReadableBackup, consumer: Script): Script {
  const { id, bytes, sha256 } = backup;
  if (!isBackupId(id)) throw new RangeError(`Cannot read the backup ${JSON.stringify(id)}`);
  const failure = `Cannot read the backup ${id} of ${applicationOf(context.environment).name}`;
  const another = `choose another one: npx nx run ${context.environment.name}:db-backups`;
  const isFile = backup.place !== 'bucket' && backup.encryption === 'none';
  return sh`
    (
      ${lines(
        ...[defineGiveUp(failure), DEFINE_DIGEST],
        isFile ? enterStore(context, failure) : defineSource(context, backup, failure),
      )}
      umask 077
      # What a read that was killed has left.
      find /run -maxdepth 1 -name 'fairness-deploy-read.*' -mtime +0 -exec rm -rf -- {} +
      fd_work=$(mktemp -d /run/fairness-deploy-read.XXXXXX) || exit 1
      trap 'rm -rf -- "$fd_work"' EXIT
      # The consumer ends at its first failure, as steps do.
      fd_consume() {
        set +e
        (
          set -e
          ${consumer}
        )
        echo "$?" >"$fd_work/consumer.status"
        set -e
      }
      ${isFile ? readFile(storedFile(backup)) : readStream(backup)}
      [ ! -e "$fd_work/unread" ] ||
        fd_give_up "its file cannot be read: $(tail -n 1 "$fd_work/source.err")" ${another}
      read -r fd_sum fd_rest <"$fd_work/sum"
      fd_size=$(cat "$fd_work/size")
      [ "$fd_size" -eq ${bytes} ] ||
        fd_give_up "its file has $fd_size bytes"${` of ${String(bytes)}: it is not whole`} ${another}
      [ "$fd_sum" = ${sha256} ] ||
        fd_give_up 'its file is damaged: the SHA-256 is not the one of the manifest' ${another}
      [ ! -e "$fd_work/undecrypted" ] ||
        fd_give_up "it cannot be decrypted: $(grep -v '^age: report' "$fd_work/age.err" | tail -n 1)" ${another}
      fd_status=$(cat "$fd_work/consumer.status")
      [ "$fd_status" -eq 0 ] || exit "$fd_status"
    )`;
}

/** Defines `fd_digest`, which prints the SHA-256 of its input, and more behind it. OpenSSL's takes a third of the time. */
const DEFINE_DIGEST = sh`
  fd_digest() {
    if command -v openssl >/dev/null; then openssl dgst -sha256 -r; else sha256sum; fi
  }`;

/**
 * Reads a plain file on the host twice, side by side: for the digest, and for the consumer, as pg_restore is
 * faster with a file than with a pipe.
 */
function readFile(file: string): Script {
  return sh`
    if head -c 1 -- ./${file} 2>"$fd_work/source.err" >/dev/null; then
      stat -c %s -- ./${file} >"$fd_work/size"
      { fd_digest <./${file} >"$fd_work/sum" || : >"$fd_work/unread"; } 2>"$fd_work/source.err" &
      fd_sums=$!
      fd_consume <./${file}
      wait "$fd_sums"
    else
      : >"$fd_work/unread"
    fi`;
}

/** Reads a file once, and decrypts it. */
function readStream(backup: ReadableBackup): Script {
  return sh`
    ${defineDecrypt(backup)}
    mkfifo -- "$fd_work/sums" "$fd_work/sizes"
    fd_digest <"$fd_work/sums" >"$fd_work/sum" &
    fd_sums=$!
    wc -c <"$fd_work/sizes" >"$fd_work/size" &
    fd_sizes=$!
    # All of the file is read, also when a later part gives up: the sum decides what was wrong.
    { fd_source 2>"$fd_work/source.err" || : >"$fd_work/unread"; } |
      tee -- "$fd_work/sums" "$fd_work/sizes" |
      { fd_decrypt || : >"$fd_work/undecrypted"; cat >/dev/null; } |
      { fd_consume; cat >/dev/null; }
    wait "$fd_sums" "$fd_sizes"`;
}

/** Defines `fd_source`, which prints the file as it is stored. */
function defineSource(context: BackupContext, backup: ReadableBackup, failure: string): Script {
  const file = storedFile(backup);
  const { bucket } = context.section.backups ?? {};
  if (backup.place !== 'bucket') {
    return sh`
      ${enterStore(context, failure)}
      fd_source() { cat -- ./${file}; }`;
  }
  if (bucket === undefined) throw new RangeError(`Cannot read ${backup.id}: there is no bucket`);
  return sh`
    ${defineBucket(context, bucket)}
    fd_source() { fd_bucket cat "$fd_remote/"${file}; }`;
}

/** The name of its file in the folder of the backups, or in the bucket. */
function storedFile(backup: ReadableBackup): string {
  return backup.place === 'received' ? receivedFile(backup) : dumpFile(backup);
}

/** Prints the first bytes of a backup's file, which hold the header of an encrypted one. */
export function printHeader(context: BackupContext, backup: ReadableBackup): Script {
  const failure = `Cannot read the backup ${backup.id}`;
  return sh`
    (
      ${defineSource(context, backup, failure)}
      # The source ends by SIGPIPE; an empty output tells that there is none.
      fd_source | head -c ${HEADER_LIMIT_BYTES}
    )`;
}

/** A header with some hundred recipients is shorter. */
const HEADER_LIMIT_BYTES = 64 * 1024;

/** Defines `fd_decrypt`: from its input, the file as it is stored, to the plain dump. */
function defineDecrypt({ id, encryption, lent }: ReadableBackup): Script {
  if (encryption === 'none') return sh`fd_decrypt() { cat; }`;
  if (lent === undefined) throw new RangeError(`Cannot read ${id}: it is encrypted`);
  // The key goes to age through a pipe: no file holds it, and no command line.
  return sh`
    fd_decrypt() {
      { printf %s ${lent.header}; tail -c +${lent.headerLength + 1}; } |
        { printf '%s\n' ${lent.identity} | age -d -i - /dev/fd/4 2>"$fd_work/age.err"; } 4<&0
    }`;
}
