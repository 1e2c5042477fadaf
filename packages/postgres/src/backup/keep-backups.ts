import { sh, type Script } from '@fairness-deploy/shell';
import { backupsSchema } from '../section/backups-schema.js';
import type { Section } from '../section/section.js';

type Keep = NonNullable<Section['backups']>['keep'];

/** For a section without `backups`. */
const DEFAULT: Keep = backupsSchema.parse({}).keep;

/**
 * Defines `fd_outdated`: it reads ids of whole backups, one a line in any order, and prints those that
 * are not kept. The newest one is always kept: `least` is 1 or more.
 */
export function defineOutdated({ days, least, most }: Keep = DEFAULT): Script {
  return sh`
    fd_outdated() {
      sort -r | awk -v cutoff="$(date -u -d ${`-${String(days)} days`} +%Y%m%dT%H%M%S)" -v least=${least} -v most=${most} \
        'NR > most || (NR > least && substr($1, 1, 15) < cutoff) { print $1 }'
    }`;
}

/**
 * Removes backups on the host that are not kept. Those whose file has not the size of its manifest don't
 * count, and stay: people should see them.
 */
export function removeOutdated(): Script {
  return sh`
    for fd_whole in ./*.manifest; do
      [ -f "$fd_whole" ] || continue
      fd_whole=\${fd_whole#./}
      fd_whole=\${fd_whole%.manifest}
      fd_size=$(stat -c %s -- "./$fd_whole.dump" "./$fd_whole.dump.age" 2>/dev/null || :)
      ! grep -qx "bytes $fd_size" -- "./$fd_whole.manifest" || printf '%s\n' "$fd_whole"
    done | fd_outdated | while read -r fd_old; do
      rm -f -- "./$fd_old.manifest" && rm -f -- "./$fd_old.dump" "./$fd_old.dump.age"
    done`;
}
