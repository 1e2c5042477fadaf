import {
  byColour,
  findColour,
  findLive,
  layoutOf,
  listenAddress,
  LISTENERS,
  NOTE_GROUP,
  type Colour,
  type Release,
  type PluginStep,
} from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { CONTROL, programs, stoppingSeconds } from './control.js';
import { groupName } from './layout.js';
import type { Section } from './section.js';
import { NO_RELEASE } from './wrapper.js';

/** Supervisor's steps for a release: start the new processes, and stop the old ones. */
export function releaseSteps(
  application: Application,
  { stopSeconds }: Section,
  release: Release,
): readonly PluginStep[] {
  const layout = layoutOf(application);
  const none = sh`exit 0`;
  const stopping = stoppingSeconds(stopSeconds);
  const about = [application.user, NO_RELEASE, stopping];
  const start = (colour: string): Script => control(application, colour, sh`start ${about}`);
  const stop = (colour: string): Script => control(application, colour, sh`stop ${about}`);
  return [
    {
      phase: 'start',
      name: 'start',
      // The health check waits for a process that is slow to listen.
      run: sh`
        ${findColour(layout, release)}
        fd_said=$(
          (
            ${start('fd_colour')}
          ) 2>&1
        ) || { printf '%s\n' "$fd_said" >&2; exit 1; }
        printf '%s\n' "$fd_said"
        ${NOTE_GROUP}
        ${lines(...application.processes.map((process) => note(application, process)))}`,
      undo: sh`
        ${findColour(layout, release, none)}
        ${findLive(layout)}
        # When traffic could not switch back, the site must keep running.
        [ "$fd_colour" != "$fd_live" ] || exit 0
        ${unlessNoneRuns(application, 'fd_colour')}
        ${stop('fd_colour')}`,
    },
    {
      phase: 'stop',
      name: 'stop',
      run: lines(findColour(layout, release), stop('fd_other')),
      // The new release failed when it was alone: the previous one is started, so that traffic can
      // return to it.
      undo: sh`
        ${findColour(layout, release, none)}
        [ -L ${layout.colours}/"$fd_other"/release ] || exit 0
        ${start('fd_other')}`,
    },
  ];
}

/**
 * Notes the process of `$fd_said`, the output of fd_control; none when the release has no such
 * process.
 */
function note(application: Application, { name }: Process): Script {
  const line = String.raw`^${groupName(application.name, name)}:[a-z]* [A-Z]* \([1-9][0-9]*\) .*`;
  return sh`
    fd_pid=$(printf '%s\n' "$fd_said" | sed -n ${String.raw`s/${line}/\1/p`})
    [ -z "$fd_pid" ] || fd_note_group ${name} "$fd_pid"`;
}

/**
 * A supervisord that never ran, or was stopped, has no running programs and no socket. One that was
 * killed leaves its socket and, with Debian's own unit, its processes.
 */
function unlessNoneRuns(application: Application, colour: string): Script {
  const addresses = (of: Colour): readonly string[] =>
    application.processes.map((process) => String(listenAddress(application, process, of)));
  return sh`
    if ! systemctl is-active --quiet supervisor && [ ! -S /run/supervisor.sock ]; then
      ${LISTENERS}
      ${byColour(colour, (of) => sh`set -- ${addresses(of)}`)}
      fd_listens ${application.user} '' "$@" || exit 0
    fi`;
}

/** Starts or stops the processes in the colour of a shell variable. */
function control(application: Application, colour: string, action: Script): Script {
  return sh`
    ${byColour(colour, (of) => sh`set -- ${programs(application, of)}`)}
    ${CONTROL}
    fd_control ${action} "$@"`;
}
