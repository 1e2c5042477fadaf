import { defineResource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';

/** A timer of ours, by the name of its two units. */
export interface NoTimerSpec {
  readonly name: string;
}

const UNITS = '/etc/systemd/system';

/** That there is no timer of this name any more: a file that is only removed would leave it running. */
export const noTimer = defineResource<NoTimerSpec, { readonly timer: string }>({
  type: 'no-timer',
  name: ({ name }) => name,
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
