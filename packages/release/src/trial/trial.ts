/**
 * A trial: processes of the application in the folder of the live release, beside those that are live, on
 * other ports and with other variables, such as those for a restored copy of the database. Which processes
 * these are, their commands and their variables are what the environment says now; the release gives its
 * files and its Node.js. They get no traffic.
 */
import {
  applicationOf,
  type Application,
  type Environment,
  type Process,
} from '@fairness-deploy/core';
import { lines, literal, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import type { Text } from '@fairness-deploy/shell/secret';
import { type Colour } from '../application/colour.js';
import { LISTENERS } from '../application/listeners.js';
import { layoutOf } from '../application/layout.js';
import { programsOf, type Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import { startFile } from '../application/start-file.js';
import { variablesOf } from '../application/variables-file.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSection } from '../section/section.js';
import { requestQuestion } from '../scripts/health-questions.js';
import { choosePorts, printWithPorts, withMarks, type TrialPort } from './free-ports.js';

/** The colour that start scripts get: in both, a process of a trial has the same port. */
const COLOUR: Colour = 'blue';

/** When systemd ends a process of a trial whose job was killed. */
const MOST_SECONDS = 3600;

/** The lines of a process's output that are shown when it is not healthy. */
const LOG_LINES = 20;

/**
 * The processes that a trial can run: those that answer requests on a port. A worker would do its work
 * once more, such as sending mail.
 */
export function triedProcesses({ processes }: Pick<Application, 'processes'>): readonly Process[] {
  return processes.filter(
    ({ port, fastcgi, health }) =>
      port !== undefined && !fastcgi && health.path !== undefined && health.command === undefined,
  );
}

/**
 * Runs a trial: chooses free ports, starts the processes, asks each for its health until its deadline,
 * and ends them in every case. Fails, with the end of its output, when one does not become healthy.
 *
 * @param environment what it says of processes and variables counts, also where the live release was
 *   deployed with others
 * @param live the release in whose folder they run: see {@link trialReader}
 * @param unit the name of its units of systemd, of letters, digits and `-`: unique on the host
 */
export function runTrial(environment: Environment, live: Release, unit: string): Script {
  const { application, ports } = withMarks(applicationOf(environment));
  const layout = layoutOf(application);
  const release: Release = { ...live, programs: programsOf(application, 1) };
  const tried = triedProcesses(application).flatMap((process) =>
    release.programs
      .filter((program) => program.process === process.name)
      .map((program): Tried => ({
        ...{ program, ports, unit: `${unit}-${process.name}` },
        script: startFile(application, process, program, layout, release),
      })),
  );
  return sh`
    ${LISTENERS}
    fd_trial=$(mktemp -d)
    fd_end_trial() {
      ${lines(...tried.map((one) => sh`systemctl stop ${one.unit}.service 2>/dev/null || :`))}
      rm -rf -- "$fd_trial"
    }
    trap fd_end_trial EXIT
    ${choosePorts(ports)}
    ${lines(...tried.map((one) => start(application, one)))}
    ${lines(...tried.map((one) => ask({ application, release }, one)))}`;
}

/**
 * Migrates within a trial: runs the command of the section `release`, if it has one, in the folder of the
 * live release.
 *
 * @param variables more variables of the command, such as those of the database
 */
export function migrateForTrial(
  environment: Environment,
  live: Release,
  variables: Readonly<Record<string, Text>>,
): Script | undefined {
  // Sound: release's own schema returned it.
  const section = environment.sections['release'] as ReleaseSection | undefined;
  if (section?.migrate === undefined) return undefined;
  const application = applicationOf(environment);
  const release: Release = { ...live, programs: [] };
  return projectCommand(
    { application, layout: layoutOf(application), release },
    section.migrate,
    new Map([...variablesOf(application, release), ...Object.entries(variables)]),
    { seconds: section.migrateTimeout, grace: 10 },
  );
}

/** A program of a trial. */
interface Tried {
  readonly program: Program;
  /** The name of its unit. */
  readonly unit: string;
  /** How it starts, with marks for ports. */
  readonly script: Text;
  /** Of all processes. */
  readonly ports: readonly TrialPort[];
}

/** The script comes on standard input, so that no process list shows it. systemd ends all that it starts. */
function start({ user }: Pick<Application, 'user'>, { unit, script, ports }: Tried): Script {
  return sh`
    ${printWithPorts(script, ports)} |
      systemd-run --quiet --collect --pipe --wait --property=RuntimeMaxSec=${MOST_SECONDS} --unit=${unit} --uid=${user} --gid="$(id -g -- ${user})" \
        -- sh -s ${COLOUR} >"$fd_trial/"${unit} 2>&1 &
    printf '%s\n' "$!" >"$fd_trial/"${`${unit}.pid`}`;
}

function ask(
  spec: { readonly application: Application; readonly release: Release },
  { program, unit, ports }: Tried,
): Script {
  const { deadline, interval } = program.health;
  const port = ports.find(({ process }) => process === program.process);
  return sh`
    (
      fd_address=${literal(port ? `"$${port.variable}"` : "''")} fd_group='' fd_foreign='' fd_ended=''
      fd_run=$(cat -- "$fd_trial/"${`${unit}.pid`})
      # shellcheck disable=SC2317
      fd_runs() { fd_started "$fd_run" >/dev/null; }
      ${requestQuestion(spec, program)}
      ${waitUntil({
        until: sh`fd_try`,
        seconds: deadline,
        pause: interval,
        unless: sh`[ -n "$fd_ended" ]`,
        otherwise: sh`
          tail -n ${LOG_LINES} -- "$fd_trial/"${unit} >&2 || :
          if [ -n "$fd_ended" ]; then fd_why='it ended by itself'; else fd_why=$(fd_reason); fi
          printf 'Cannot use %s in the trial: %s\n' ${program.name} "$fd_why" >&2
          exit 1`,
      })}
      printf '%s is healthy\n' ${program.name}
    )`;
}
