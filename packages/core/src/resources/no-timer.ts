import { sh } from '@fairness-deploy/shell';
import { defineResource } from '../resource/define-resource.js';

/** The folder of systemd's own configuration on a host (systemd.unit(5)). */
export const UNITS = '/etc/systemd/system';

/** That there is no timer of this name any more: a file that is only removed would leave it running. */
export const noTimer = defineResource<{ readonly name: string }, { readonly timer: string }>({
  type: 'no-timer',
  name: ({ name }) => name,
  check: ({ name }) => {
    checkTimerName(name);
  },
  read: ({ name }) => sh`
    if [ -e ${`${UNITS}/${name}.timer`} ] || [ -e ${`${UNITS}/${name}.service`} ]; then
      printf 'present\n'
    else
      printf 'removed\n'
    fi`,
  parse: (output) => ({ timer: output.trim() }),
  desired: () => ({ timer: 'removed' }),
  write: ({ name }) => sh`
    systemctl disable --now --quiet -- ${`${name}.timer`} 2>/dev/null || :
    rm -f -- ${`${UNITS}/${name}.timer`} ${`${UNITS}/${name}.service`}
    systemctl daemon-reload
    # A failed one would stay in the list of units.
    systemctl reset-failed -- ${`${name}.service`} 2>/dev/null || :`,
});

/** @throws RangeError when it cannot be the name of a timer. */
export function checkTimerName(name: string): void {
  if (/^[a-z0-9][a-z0-9_.-]{0,100}$/.test(name)) return;
  throw new RangeError(
    `Cannot name a timer ${JSON.stringify(name)}: expected lower-case letters, digits, '-', '_' and '.'`,
  );
}
