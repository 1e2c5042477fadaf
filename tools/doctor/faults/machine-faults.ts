import { sh } from '@fairness-deploy/shell';
import type { Fault } from './fault.js';

/** What may go wrong with the machine. */
export const MACHINE_FAULTS: readonly Fault[] = [
  {
    name: 'disk full',
    inject: sh`
      mkdir -p /srv/data
      mount -t tmpfs -o size=4m tmpfs /srv/data
      head -c 10m /dev/zero >/srv/data/big 2>/dev/null || :`,
    heal: sh`umount /srv/data`,
    cause: /^hosts disk \/srv\/data: \/srv\/data is full/,
  },
  {
    name: 'inodes used up',
    inject: sh`
      mkdir -p /srv/data
      mount -t tmpfs -o size=4m,nr_inodes=20 tmpfs /srv/data
      for fd_n in $(seq 30); do touch "/srv/data/$fd_n" 2>/dev/null || break; done`,
    heal: sh`umount /srv/data`,
    cause: /^hosts inodes \/srv\/data: \/srv\/data is out of inodes/,
  },
  {
    name: 'clock off',
    inject: sh`
      printf '#!/bin/sh\nexec /usr/bin/date -d "+10 minutes" "$@"\n' >/usr/local/bin/date
      chmod +x /usr/local/bin/date`,
    heal: sh`rm /usr/local/bin/date`,
    cause: /^hosts clock: the host's clock is (?:59\d|60\d) s ahead of this machine's/,
  },
];
