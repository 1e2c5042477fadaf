import { sh, type Script } from '@fairness-deploy/shell';
import { type Layout } from '../application/layout.js';

/**
 * Notes the sizes of the logs of the colour `$fd_idle`: earlier releases wrote their present
 * content, which must not be taken for output of the next release.
 */
export function noteLogSizes({ logs }: Pick<Layout, 'logs'>): Script {
  return sh`
    for fd_log in ${logs}/*-"$fd_idle".log ${logs}/*-"$fd_idle".err.log; do
      [ ! -f "$fd_log" ] || stat -c %s -- "$fd_log" >"$FD_JOB/size-\${fd_log##*/}"
    done`;
}

/** A line of an application's log may be as long as the log. */
const MOST_BYTES = 65_536;

/**
 * Prints the last lines of the log `$fd_log` that were added since {@link noteLogSizes}, or of the
 * whole log when it was rotated. Runs in a subshell of its own.
 */
export function lastAdded(count: number): Script {
  return sh`
    [ -f "$fd_log" ] || exit 0
    fd_size=$(cat -- "$FD_JOB/size-\${fd_log##*/}" 2>/dev/null) || fd_size=0
    [ "$fd_size" -le "$(stat -c %s -- "$fd_log")" ] || fd_size=0
    tail -c +"$((fd_size + 1))" -- "$fd_log" | tail -n ${count} | tail -c ${MOST_BYTES}`;
}
