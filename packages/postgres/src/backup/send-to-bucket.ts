import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { bucketFolder, defineBucket } from './bucket.js';
import type { BackupContext } from './backup-store.js';

type Bucket = NonNullable<NonNullable<Section['backups']>['bucket']>;

/**
 * Copies all backups of the host that the bucket lacks, then removes those in the bucket that are not
 * kept. A backup counts there when its manifest is there, which comes last. Runs in the folder of the
 * backups and needs what defineDump() and defineOutdated() define.
 */
export function sendToBucket(context: BackupContext, bucket: Bucket): Script {
  const folder = bucketFolder(context, bucket);
  return sh`
    ${lines(defineBucket(context, bucket))}
    fd_folder=${folder}
    # Names of files in the bucket; rclone's status 3: there is no such folder yet.
    fd_list_bucket() {
      fd_part rclone fd_bucket lsf --files-only "$fd_remote" || [ "$?" -eq 3 ]
    }
    fd_has() {
      printf '%s\n' "$fd_listed" | grep -qxF -- "$1"
    }
    fd_not_sent() {
      fd_words=$(fd_problem rclone)
      fd_give_up "$1 is on this host, but not in $fd_folder of the bucket: \${fd_words#rclone: }" 'the next backup sends it again; see: db-backups'
    }
    fd_listed=$(fd_list_bucket) || fd_not_sent "the backup $fd_id"
    for fd_whole in ./*.manifest; do
      [ -f "$fd_whole" ] || continue
      fd_whole=\${fd_whole#./}
      fd_whole=\${fd_whole%.manifest}
      if ! fd_has "$fd_whole.manifest"; then
        fd_sent=$fd_whole.dump
        [ -e "./$fd_sent" ] || fd_sent=$fd_sent.age
        [ -e "./$fd_sent" ] || continue
        fd_part rclone fd_bucket copyto -- "./$fd_sent" "$fd_remote/$fd_sent" || fd_not_sent "the backup $fd_whole"
        fd_part rclone fd_bucket copyto -- "./$fd_whole.manifest" "$fd_remote/$fd_whole.manifest" ||
          fd_not_sent "the backup $fd_whole"
      fi
      ${bucket.only ? sh`rm -f -- "./$fd_whole.manifest" && rm -f -- "./$fd_whole.dump" "./$fd_whole.dump.age"` : sh`:`}
    done
    fd_remove_there() {
      # Without a listing, nothing is known to be outdated.
      fd_listed=$(fd_list_bucket) || return 1
      printf '%s\n' "$fd_listed" | sed -n 's/\.manifest$//p' | fd_outdated >"$fd_work/outdated"
      # Uploads that were cut off, of another day: one may run at this moment.
      fd_day_ago=$(date -u -d '-1 day' +%Y%m%dT%H%M%S)
      printf '%s\n' "$fd_listed" | sed -n 's/\.dump\(\.age\)\{0,1\}$//p' | while read -r fd_old; do
        fd_has "$fd_old.manifest" || printf '%s\n' "$fd_old"
      done | awk -v cutoff="$fd_day_ago" 'substr($1, 1, 15) < cutoff { print $1 }' >>"$fd_work/outdated"
      while read -r fd_old; do
        # The manifest first: without it, it is no backup.
        for fd_file in "$fd_old.manifest" "$fd_old.dump" "$fd_old.dump.age"; do
          ! fd_has "$fd_file" || fd_part rclone fd_bucket deletefile "$fd_remote/$fd_file" </dev/null || return 1
        done
      done <"$fd_work/outdated"
    }
    fd_remove_there || printf 'old backups stay in the bucket: %s\n' "$(fd_problem rclone)"`;
}
