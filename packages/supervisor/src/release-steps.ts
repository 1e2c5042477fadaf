import {
  byColour,
  findColour,
  findLive,
  findReleaseId,
  forEachProgram,
  giveTurn,
  layoutOf,
  LISTENERS,
  NOTE_GROUP,
  takeTurnAway,
  type Program,
  type Release,
  type PluginStep,
} from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { control, controlSome } from './control.js';
import { TELL_UNLIMITED } from './memory-limit.js';
import { configurationFile, programName, releaseFile } from './layout.js';
import { placeConfiguration, removeConfiguration } from './place-configuration.js';

/**
 * Supervisor's steps for a release: start its programs, hand over to its exclusive workers, and stop
 * the programs of the previous release.
 *
 * @param previous the programs of the live release
 */
export function releaseSteps(
  application: Application,
  release: Release,
  previous: readonly Program[],
): readonly PluginStep[] {
  const hasWorkers = [...release.programs, ...previous].some(({ exclusive }) => exclusive);
  return [
    startStep(application, release),
    ...(hasWorkers ? [handOverStep(application, release)] : []),
    stopStep(application, release),
  ];
}

const NONE = sh`exit 0`;

function startStep(application: Application, release: Release): PluginStep {
  const layout = layoutOf(application);
  const shared = release.programs.filter(({ exclusive }) => !exclusive);
  return {
    phase: 'start',
    name: 'start',
    // The health check waits for a process that is slow to listen.
    run: sh`
      ${findColour(layout, release)}
      (
      ${placeConfiguration(application, 'fd_colour')}
      )
      # Workers that an interrupted deployment has left in this colour end as well.
      ${started(control(application, 'start', 'fd_colour', { kind: 'shared', alsoStop: 'all' }))}
      ${noteAll(application, shared)}`,
    undo: sh`
      ${findColour(layout, release, NONE)}
      ${findLive(layout)}
      # When traffic could not switch back, the site must keep running.
      [ "$fd_colour" != "$fd_live" ] || exit 0
      ${removeConfiguration(application, 'fd_colour')}
      ${unlessNoneRuns(application, 'fd_colour')}
      ${control(application, 'stop', 'fd_colour', { kind: 'all', alsoStop: 'all' })}`,
  };
}

/**
 * Stops the exclusive workers of the previous release, lets those of this one run, and starts them:
 * there are never two of them, and none handles a job of a release that fails its checks.
 */
function handOverStep(application: Application, release: Release): PluginStep {
  const layout = layoutOf(application);
  const exclusive = release.programs.filter((program) => program.exclusive);
  const workers = { kind: 'exclusive', alsoStop: 'exclusive' } as const;
  const start = (colour: string): Script =>
    control(application, 'start', colour, { kind: 'exclusive' });
  return {
    phase: 'handover',
    name: 'hand over workers',
    run: sh`
      ${findColour(layout, release)}
      ${control(application, 'stop', 'fd_other', workers)}
      ${giveTurn(layout, 'fd_colour')}
      ${started(start('fd_colour'))}
      ${noteAll(application, exclusive)}`,
    undo: sh`
      ${findColour(layout, release, NONE)}
      ${control(application, 'stop', 'fd_colour', workers)}
      if [ -L ${layout.colours}/"$fd_other"/release ]; then
        ${giveTurn(layout, 'fd_other')}
        # Supervisor tries again when that fails, as while something holds the lock of the worker.
        ${control(application, 'wake', 'fd_other', { kind: 'exclusive' })}
      else
        ${takeTurnAway(layout, 'fd_colour')}
      fi`,
  };
}

/** Restarts workers of the live release where they run, one after the other. */
export function restartSteps(
  application: Application,
  release: Release,
  workers: readonly Program[],
): readonly PluginStep[] {
  const layout = layoutOf(application);
  return workers.map((worker) => ({
    phase: 'handover',
    name: `restart ${worker.name}`,
    run: sh`
      ${findColour(layout, release)}
      ${started(controlSome(application, 'restart', [worker]))}
      ${noteAll(application, [worker])}`,
    // Supervisor tries again when that fails.
    undo: sh`
      ${findColour(layout, release, NONE)}
      ${controlSome(application, 'wake', [worker])}`,
  }));
}

function stopStep(application: Application, release: Release): PluginStep {
  const layout = layoutOf(application);
  return {
    phase: 'stop',
    name: 'stop',
    run: sh`
      ${findColour(layout, release)}
      ${byColour(
        'fd_other',
        (of) =>
          sh`[ -e ${configurationFile(application.name, of)} ] || [ -L ${`${layout.colours}/${of}/release`} ] || exit 0`,
      )}
      # First: a supervisord that starts anew must not start them again.
      ${removeConfiguration(application, 'fd_other')}
      ${control(application, 'stop', 'fd_other', { kind: 'all', alsoStop: 'all' })}`,
    // The new release failed when it was alone: the previous one is started, so that traffic can
    // return to it.
    undo: sh`
      ${findColour(layout, release, NONE)}
      ${findReleaseId(sh`${layout.colours}/"$fd_other"/release`, NONE)}
      # What another tool has run in that colour, this one can't start.
      ${byColour('fd_other', (of) => sh`[ -f ${layout.configuration}/"$fd_id"/${releaseFile(of)} ] || exit 0`)}
      (
      ${placeConfiguration(application, 'fd_other')}
      )
      ${control(application, 'start', 'fd_other', { kind: 'shared' })}`,
  };
}

/** Sets `fd_said` to the output of a start, and prints it; ends when that fails. */
function started(start: Script): Script {
  return sh`
    fd_said=$(
      (
        ${start}
      ) 2>&1
    ) || { printf '%s\n' "$fd_said" >&2; exit 1; }
    [ -z "$fd_said" ] || printf '%s\n' "$fd_said"`;
}

/** Notes the processes of `$fd_said`, which have just been started. */
function noteAll({ name }: Application, programs: readonly Program[]): Script {
  return sh`
    ${NOTE_GROUP}
    fd_note() {
      fd_pid=$(printf '%s\n' "$fd_said" | awk -v program="$2" '$1 == program && $3 > 0 { print $3 }')
      [ -z "$fd_pid" ] || fd_note_group "$1" "$fd_pid"
    }
    ${lines(
      ...(programs.some(({ limited }) => limited) ? [TELL_UNLIMITED] : []),
      ...programs.map((program) =>
        lines(
          byColour(
            'fd_colour',
            (colour) => sh`fd_note ${[program.name, programName(name, program, colour)]}`,
          ),
          ...(program.limited ? [sh`fd_tell_unlimited ${program.name}`] : []),
        ),
      ),
    )}`;
}

/**
 * A supervisord that never ran, or was stopped, has no running programs and no socket. One that was
 * killed leaves its socket and, with Debian's own unit, its processes.
 */
function unlessNoneRuns(application: Application, colour: string): Script {
  return sh`
    if ! systemctl is-active --quiet supervisor && [ ! -S /run/supervisor.sock ]; then
      ${LISTENERS}
      set --
      ${forEachProgram(layoutOf(application), colour, sh`[ -z "$fd_address" ] || set -- "$@" "$fd_address"`)}
      { [ $# -gt 0 ] && fd_listens ${application.user} '' "$@"; } || exit 0
    fi`;
}
