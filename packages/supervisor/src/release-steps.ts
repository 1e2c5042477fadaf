import {
  byColour,
  findColour,
  findLive,
  layoutOf,
  lines,
  portOf,
  sh,
  type Application,
  type Colour,
  type Release,
  type ReleaseStep,
  type Script,
} from '@fairness-deploy/core';
import { CONTROL, programs } from './control.js';
import type { Section } from './section.js';

/** For how many seconds longer than it should one may take to end: Supervisor kills it, and then the kernel has its work. */
const MARGIN = 10;

/** What Supervisor has to do for a release: start the new processes, and stop the old ones. */
export function releaseSteps(
  application: Application,
  { stopSeconds }: Section,
  release: Release,
): readonly ReleaseStep[] {
  const layout = layoutOf(application);
  const none = sh`exit 0`;
  const stopping = stopSeconds + MARGIN;
  const start = (colour: string): Script => control(application, colour, sh`start ${stopping}`);
  const stop = (colour: string): Script => control(application, colour, sh`stop ${stopping}`);
  return [
    {
      phase: 'start',
      name: 'start',
      // One that is slow to listen is waited for by who asks for its health.
      run: lines(findColour(layout, release), start('fd_colour')),
      undo: sh`
        ${findColour(layout, release, none)}
        ${findLive(layout)}
        # When traffic couldn't be moved back, a site must go on.
        [ "$fd_colour" != "$fd_live" ] || exit 0
        ${unlessNoneRuns(application, 'fd_colour')}
        ${stop('fd_colour')}`,
    },
    {
      phase: 'stop',
      name: 'stop',
      run: lines(findColour(layout, release), stop('fd_other')),
    },
  ];
}

/**
 * A supervisord that never ran, or was stopped, has started nothing or has ended it, and leaves no
 * socket. One that died does, and what it started goes on.
 */
function unlessNoneRuns(application: Application, colour: string): Script {
  const filterOf = (of: Colour): string =>
    application.processes.map((process) => `sport = :${String(portOf(process, of))}`).join(' or ');
  return sh`
    if ! systemctl is-active --quiet supervisor && [ ! -S /run/supervisor.sock ]; then
      ${byColour(colour, (of) => sh`fd_filter=${filterOf(of)}`)}
      [ -n "$(ss -Hltn "( $fd_filter )")" ] || exit 0
    fi`;
}

/** Starts or stops the processes in the colour that a shell variable has. */
function control(application: Application, colour: string, action: Script): Script {
  return sh`
    ${byColour(colour, (of) => sh`set -- ${programs(application, of)}`)}
    ${CONTROL}
    fd_control ${action} "$@"`;
}
