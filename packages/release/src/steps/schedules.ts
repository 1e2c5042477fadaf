import type { ScheduledJob } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { findColour, findReleaseId } from '../application/colour.js';
import type { ReleaseStep } from '../order/release-step.js';
import { DEFINE_REFUSAL, definePlacing, defineUnits } from '../scheduled-jobs/place-units.js';
import { UNIT_TYPES, unitName } from '../scheduled-jobs/scheduled-job.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * The scheduled jobs of the release take the place of those of the previous one, once it has the
 * traffic. A run that has begun goes on in its own release. Nothing when neither has any.
 *
 * With several hosts, a job may move from one to another: each host withdraws what it has no more
 * before any host gets it.
 */
export function scheduleSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  const { release, hosts, previousSchedules = [] } = spec;
  const { schedules = [] } = release;
  if (schedules.length + previousSchedules.length === 0) return [];
  const withdrawn = previousSchedules.some(
    ({ name }) => !schedules.some((job) => job.name === name),
  );
  return [
    ...(schedules.length > 0 ? [refuseStep(spec, schedules)] : []),
    ...(hosts.length > 1 && withdrawn ? [withdrawStep(spec)] : []),
    {
      phase: 'handover',
      name: 'schedule jobs',
      place: 'last',
      run: sh`
        ${definePlacing(spec.application)}
        fd_place_scheduled ${release.id}`,
      undo: placePrevious(spec),
    },
  ];
}

/** Only the host knows all of systemd's times, and its other units. */
function refuseStep({ application }: ReleaseSpec, jobs: readonly ScheduledJob[]): ReleaseStep {
  const units = jobs.flatMap(({ name }) =>
    UNIT_TYPES.map((type) => `${unitName(application.name, name)}.${type}`),
  );
  return {
    phase: 'fetch',
    name: 'check scheduled jobs',
    // Before minutes of work.
    place: 'first',
    run: sh`
      ${defineUnits(application)}
      ${DEFINE_REFUSAL}
      fd_refuse_foreign ${units}
      # <scheduled job> <time>
      fd_check_time() {
        fd_said=$(systemd-analyze calendar -- "$2" 2>&1) || {
          printf '%s\nCannot schedule %s at "%s": systemd does not accept it, see above\n  → see systemd.time(7), CALENDAR EVENTS\n' "$fd_said" "$1" "$2" >&2
          exit 1
        }
      }
      ${lines(...jobs.flatMap(({ name, at }) => at.map((time) => sh`fd_check_time ${[name, time]}`)))}`,
  };
}

function withdrawStep(spec: ReleaseSpec): ReleaseStep {
  return {
    phase: 'confirm',
    name: 'withdraw scheduled jobs',
    place: 'last',
    run: sh`
      ${definePlacing(spec.application)}
      fd_remove_scheduled "$(fd_units ${spec.release.id})"
      systemctl daemon-reload`,
    undo: placePrevious(spec),
  };
}

/** Schedules the jobs of the release in the other colour, or none when there is no other release. */
function placePrevious({ application, layout, release }: ReleaseSpec): Script {
  return sh`
    ${findColour(layout, release, sh`exit 0`)}
    ${definePlacing(application)}
    ${findReleaseId(sh`${layout.colours}/"$fd_other"/release`, sh`fd_id=`)}
    fd_place_scheduled "$fd_id"`;
}
