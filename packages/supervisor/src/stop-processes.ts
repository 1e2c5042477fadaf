import type { Application } from '@fairness-deploy/core';
import { COLOURS } from '@fairness-deploy/release';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { control } from './control.js';

/** Stops all processes of an application, in both colours, before its environment is removed. */
export function stopProcesses(application: Application): Script {
  return sh`
    [ -S /run/supervisor.sock ] || exit 0
    ${lines(
      ...COLOURS.map(
        (colour) => sh`
          (
          fd_colour=${colour}
          ${control(application, 'stop', 'fd_colour', { kind: 'all', alsoStop: 'all' })}
          )`,
      ),
    )}`;
}
