import { byColour, findLive, findReleaseId, layoutOf, startPath } from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { fail, lines, literal, sh, type Script } from '@fairness-deploy/shell';
import { CONTROL, program } from './control.js';
import { groupName, programName } from './layout.js';
import { NO_RELEASE } from './wrapper.js';

/**
 * States of a program that does not run (supervisord.org/subprocess.html). Supervisor itself
 * retries only programs in BACKOFF, after pauses that grow to minutes.
 */
const STATES = ['STOPPED', 'FATAL', 'EXITED', 'BACKOFF'];

/**
 * The processes of the live release run: starts those that a user stopped, that Supervisor gave up,
 * or that it would retry later.
 *
 * @param stopping seconds within which a process must have ended
 */
export function stoppedPrograms(application: Application, stopping: number): Resource {
  const { name, user } = application;
  const find = findStopped(application);
  const resource: Resource = {
    address: `supervisor-processes:${name}`,
    after: [],
    follows: [
      'service:supervisor',
      ...application.processes.map(
        (process) => `supervisor-program:${groupName(name, process.name)}` as const,
      ),
    ],
    transient: true,
    read: find,
    plan(output) {
      const stopped = [...output.matchAll(/^(\S+) ([A-Z]+) \S+$/gm)].filter(
        ([, process, state]) =>
          application.processes.some((one) => one.name === process) && STATES.includes(state ?? ''),
      );
      if (stopped.length === 0) return undefined;
      return {
        action: 'update',
        differences: stopped.map(([, field = '', state = '']) => ({
          kind: 'value',
          field,
          from: state,
          to: 'RUNNING',
        })),
        apply: sh`
          fd_stopped=$(
            ${find}
          )
          [ -n "$fd_stopped" ] || exit 0
          ${CONTROL}
          # shellcheck disable=SC2046
          fd_control wake ${[user, NO_RELEASE, stopping]} $(printf '%s\n' "$fd_stopped" | cut -d ' ' -f 3)`,
      };
    },
    equals: (other) => other.address === resource.address,
  };
  return resource;
}

/**
 * Prints a line for each process of the live release that does not run: its name, its state, and
 * its arguments for fd_control. Nothing when supervisord does not run: its service has to be
 * started first.
 */
function findStopped(application: Application): Script {
  const layout = layoutOf(application);
  return sh`
    ${findLive(layout)}
    [ -n "$fd_live" ] && [ -S /run/supervisor.sock ] || exit 0
    ${findReleaseId(`${layout.live}/release`, sh`exit 0`)}
    # Python's start alone would take a tenth of a second.
    fd_status=0
    fd_answer=$(
      curl --silent --fail --max-time 10 --unix-socket /run/supervisor.sock --header 'Content-Type: text/xml' \
        --data ${CALL} http://localhost/RPC2
    ) || fd_status=$?
    # A killed supervisord leaves its socket without a listener (curl(1), 7).
    [ "$fd_status" != 7 ] || exit 0
    [ "$fd_status" = 0 ] ||
      ${fail('Cannot ask which processes run: supervisord does not answer', 'see: systemctl status supervisor')}
    fd_states=$(printf '%s\n' "$fd_answer" | awk ${STATE_OF_EACH})
    ${lines(...application.processes.map((process) => look(application, process)))}`;
}

/** supervisord.org/api.html, getAllProcessInfo. */
const CALL =
  '<?xml version="1.0"?><methodCall><methodName>supervisor.getAllProcessInfo</methodName></methodCall>';

/**
 * Reads its answer, which has a member's value on the line behind its name: `<group>:<name>
 * <state>`.
 */
const STATE_OF_EACH = String.raw`
  /^<name>(name|group|statename)<\/name>$/ {
    key = $0; gsub(/<\/?name>/, "", key)
    getline; gsub(/<\/?(value|string)>/, ""); found[key] = $0
    if (key == "statename") print found["group"] ":" found["name"], $0
  }`;

function look(application: Application, process: Process): Script {
  const layout = layoutOf(application);
  const [before = '', after = ''] = startPath(layout, '<id>', process.name).split('<id>');
  return sh`
    if [ -e ${before}"$fd_id"${after} ]; then
      ${byColour(
        'fd_live',
        (colour) => sh`
          fd_state=$(printf '%s\n' "$fd_states" | sed -n ${`s/^${programName(application.name, process.name, colour)} //p`})
          case $fd_state in
            ${literal(STATES.join(' | '))}) printf '%s %s %s\n' ${process.name} "$fd_state" ${program(application, process, colour)} ;;
          esac`,
      )}
    fi`;
}
