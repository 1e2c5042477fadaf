/**
 * A trial: the processes of the live release once more, beside it, with other variables and on other
 * ports, such as for a restored copy of the database. They get no traffic.
 */
import {
  applicationOf,
  type Application,
  type Environment,
  type Process,
} from '@fairness-deploy/core';
import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { LISTENERS } from '../application/listeners.js';
import { layoutOf } from '../application/layout.js';
import { programsOf, type Program } from '../application/program.js';
import { releaseIn, type Release } from '../application/release.js';
import { startFile } from '../application/start-file.js';
import { readState } from '../host/read-state.js';
import { parseState, runningRelease } from '../host/state.js';
import { requestQuestion } from '../scripts/health-questions.js';

/** What a host has for a trial. */
export interface TrialHost {
  /** The live release, without its programs; undefined: none that is good is live. */
  readonly live: Release | undefined;
  /** The ports on which something listens. */
  readonly taken: ReadonlySet<number>;
}

/** How to read what a host has for a trial. */
export interface TrialReader {
  readonly script: Script;
  readonly parse: (output: string) => TrialHost;
}

export function trialReader(environment: Environment): TrialReader {
  const application = applicationOf(environment);
  const layout = layoutOf(application);
  return {
    script: sh`
      ${readState(layout, application.user)}
      ss -Hltn | awk '{ sub(/.*:/, "", $4); print "listening " $4 }'`,
    parse(output) {
      const running = runningRelease(parseState(output));
      const taken = [...output.matchAll(/^listening (\d+)$/gm)].map(([, port]) => Number(port));
      if (!running) return { live: undefined, taken: new Set(taken) };
      const { release: id, commit, directory, runtime } = running;
      const live = releaseIn(layout, { id, commit, directory, runtime, programs: [] });
      return { live, taken: new Set(taken) };
    },
  };
}

/** The first port that a trial may use: above those of services, below those of outgoing connections. */
const FIRST_PORT = 20_000;

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
 * Runs a trial: starts the processes, asks each for its health until its deadline, and ends them in
 * every case. Fails, with the end of its output, when one does not become healthy.
 *
 * @param environment with the variables of the trial
 * @param unit the name of its units of systemd, of letters, digits and `-`: unique on the host
 */
export function runTrial(
  environment: Environment,
  {
    live,
    taken,
  }: { readonly live: NonNullable<TrialHost['live']>; readonly taken: TrialHost['taken'] },
  unit: string,
): Script {
  const application = onFreePorts(applicationOf(environment), taken);
  const layout = layoutOf(application);
  const release: Release = { ...live, programs: programsOf(application, 1) };
  const programs = triedProcesses(application).flatMap((process) =>
    release.programs
      .filter((program) => program.process === process.name && (program.instance ?? 1) === 1)
      .map((program) => ({ process, program, unit: `${unit}-${process.name}` })),
  );
  return sh`
    ${LISTENERS}
    fd_trial=$(mktemp -d)
    fd_end_trial() {
      ${lines(...programs.map((one) => sh`systemctl stop ${one.unit}.service 2>/dev/null || :`))}
      rm -rf -- "$fd_trial"
    }
    trap fd_end_trial EXIT
    ${lines(
      ...programs.map(({ process, program, unit }) =>
        start(application, unit, startFile(application, process, program, layout, release)),
      ),
    )}
    ${lines(...programs.map(({ program, unit }) => ask({ application, release }, program, unit)))}`;
}

/** All processes on ports of the trial; where one listens on a socket, it listens on a port there. */
function onFreePorts(application: Application, taken: ReadonlySet<number>): Application {
  let port = FIRST_PORT - 1;
  const next = (): number => {
    do port += 1;
    while (taken.has(port));
    return port;
  };
  const processes = application.processes.map((process) => {
    if (process.port === undefined) return process;
    const free = next();
    return { ...process, port: free, alternatePort: free, instances: 1 };
  });
  return { ...application, processes };
}

/** The script comes on standard input, so that no process list shows it. systemd ends all that it starts. */
function start(
  { user }: Pick<Application, 'user'>,
  unit: string,
  script: ReturnType<typeof startFile>,
): Script {
  return sh`
    printf %s ${script} |
      systemd-run --quiet --collect --pipe --wait --unit=${unit} --uid=${user} --gid="$(id -g -- ${user})" \
        -- sh -s blue >"$fd_trial/"${unit} 2>&1 &
    printf '%s\n' "$!" >"$fd_trial/"${`${unit}.pid`}`;
}

const LOG_LINES = 20;

function ask(
  spec: { readonly application: Application; readonly release: Release },
  program: Program,
  unit: string,
): Script {
  const { deadline, interval } = program.health;
  const [address = ''] = program.addresses ?? [];
  return sh`
    (
      fd_address=${address} fd_group='' fd_foreign='' fd_ended=''
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
