import { sh } from '@fairness-deploy/shell';
import { defineRemoval } from '../resource/define-removal.js';
import { loadRecordOf } from '../resource-parts/load-records.js';
import { isUnitName, UNITS } from '../resource-parts/own-unit.js';

interface Unit {
  /** Its full name: `shop-backup.timer`. */
  readonly name: string;
}

/**
 * That a unit of the administrator's is gone: a file that is only removed would leave it running.
 *
 * @throws RangeError when it is no unit's full name.
 */
export const noUnit = defineRemoval<Unit>({
  type: 'unit',
  name: ({ name }) => name,
  check({ name }) {
    if (isUnitName(name)) return;
    throw new RangeError(`Cannot use ${JSON.stringify(name)} as the full name of a systemd unit`);
  },
  owns: ({ name }) => [{ kind: 'unit', name }],
  read: ({ name }) => sh`
    if [ -e ${`${UNITS}/${name}`} ] || [ -L ${`${UNITS}/${name}`} ]; then
      echo ${`${UNITS}/${name}`}
    fi`,
  remove: ({ name }) => sh`
    # A unit that a package installs as well goes on without the file: it may be sshd's.
    if [ ! -e ${`/usr/lib/systemd/system/${name}`} ] && [ ! -e ${`/lib/systemd/system/${name}`} ]; then
      systemctl disable --now --quiet -- ${name} 2>/dev/null || :
    fi
    rm -f -- ${`${UNITS}/${name}`} ${`/var/lib/systemd/timers/stamp-${name}`} ${loadRecordOf(name)}
    systemctl daemon-reload
    # A failed one would stay in the list of units.
    systemctl reset-failed -- ${name} 2>/dev/null || :`,
});
