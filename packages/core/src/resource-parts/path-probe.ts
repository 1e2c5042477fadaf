import type { Probe } from '../resource/probe.js';
import { sh } from '@fairness-deploy/shell';

/** Larger files are not read: their owner could make them as large as a disk. */
const LARGEST_KIB = 128 * 1024;

/** For how many seconds files are read. */
const READ_TIMEOUT_SECONDS = 60;

/**
 * Asks for the status of paths, and for the digest of those that are files. The reads after it
 * have two functions:
 *
 * - `fd_path_status <path>` sets `fd_path_status` to the status, as parseStatus() understands
 *   it, and fails when nothing is there;
 * - `fd_path_digest <path>` sets `fd_path_digest` to the SHA-256 of a file in hexadecimal.
 */
export const pathProbe: Probe = {
  ask: (paths) => sh`
    fd_break='
    '
    fd_ask() {
      fd_statuses=$fd_break$(stat -c '%f:%u:%U:%g:%G:%s %n' -- "$@" 2>/dev/null)$fd_break
      fd_digests=$fd_break$(
        # Reading something else than a file, such as a pipe or a link to a device, might never end.
        timeout ${READ_TIMEOUT_SECONDS} find "$@" -maxdepth 0 -type f -size ${`-${String(LARGEST_KIB)}k`} -exec sha256sum -- {} + 2>/dev/null
      )$fd_break
    }
    # What stands before a path in a list. A slash there is of another path, which ends like this one.
    fd_find() {
      case $1 in *"$2$fd_break"*) ;; *) return 1 ;; esac
      fd_found=\${1%%"$2$fd_break"*}
      fd_found=\${fd_found##*"$fd_break"}
      case $fd_found in */*) return 1 ;; esac
    }
    fd_path_status() {
      if fd_find "$fd_statuses" " $1"; then
        fd_path_status=$fd_found
      else
        fd_path_status=$(stat -c '%f:%u:%U:%g:%G:%s' -- "$1")
      fi
    }
    fd_path_digest() {
      if fd_find "$fd_digests" "  $1"; then
        fd_path_digest=$fd_found
      else
        fd_path_digest=$(timeout ${READ_TIMEOUT_SECONDS} head -c ${LARGEST_KIB * 1024} -- "$1" | sha256sum)
        fd_path_digest=\${fd_path_digest%% *}
      fi
    }
    fd_ask ${paths} </dev/null || :`,
};
