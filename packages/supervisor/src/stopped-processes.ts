import { findLive, forEachProgram, giveTurn, layoutOf } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { fail, literal, sh, type Script } from '@fairness-deploy/shell';
import { control } from './control.js';
import { groupsOf } from './layout.js';

/**
 * States of a program that does not run (supervisord.org/subprocess.html). Supervisor itself
 * retries only programs in BACKOFF, after pauses that grow to minutes. UNKNOWN: supervisord has not
 * loaded it.
 */
const STATES = ['STOPPED', 'FATAL', 'EXITED', 'BACKOFF', 'UNKNOWN'];

/**
 * The programs of the live release run: starts those that a user stopped, that Supervisor gave up,
 * that it would retry later, or that it does not know.
 */
export function stoppedProcesses(application: Application): Resource {
  const find = findStopped(application);
  const resource: Resource = {
    address: `supervisor-processes:${application.name}`,
    after: [],
    follows: ['service:supervisor', `supervisor-configuration:${application.name}`],
    atDeployment: 'superseded',
    read: find,
    plan(output) {
      const stopped = [...output.matchAll(/^([a-z][a-z0-9.-]*) ([A-Z]+)$/gm)].filter(
        ([, , state]) => STATES.includes(state ?? ''),
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
        apply: startStopped(application),
      };
    },
    equals: (other) => other.address === resource.address && String(other.read) === String(find),
  };
  return resource;
}

/** Starts the programs of the live release that do not run. */
export function startStopped(application: Application): Script {
  return sh`
    fd_stopped=$(
      ${findStopped(application)}
    )
    [ -n "$fd_stopped" ] || exit 0
    ${findLive(layoutOf(application))}
    # A deployment that was cut off may have taken it from all workers.
    ${giveTurn(layoutOf(application), 'fd_live')}
    ${control(application, 'wake', 'fd_live', { kind: 'all' })}`;
}

/**
 * Prints a line for each program of the live release that does not run: its name and its state.
 * Nothing when supervisord does not run: its service has to be started first. Workers of a release
 * whose turn has not come do not count.
 */
function findStopped(application: Application): Script {
  const layout = layoutOf(application);
  const { shared, exclusive } = groupsOf(application.name, '<colour>');
  const [before = ''] = shared.split('<colour>');
  const after = exclusive.slice(shared.length);
  return sh`
    ${findLive(layout)}
    [ -n "$fd_live" ] && [ -S /run/supervisor.sock ] || exit 0
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
    fd_turn=$(readlink -- ${layout.workers} || :)
    ${forEachProgram(
      layout,
      'fd_live',
      sh`
        fd_group=${before}"$fd_live"
        if [ "$fd_kind" = exclusive ]; then
          # The workers of another release have the turn: a deployment is about to hand it over.
          case $fd_turn in "colours/$fd_live" | '') ;; *) [ ! -L ${`${layout.home}/`}"$fd_turn/release" ] || continue ;; esac
          fd_group=$fd_group${after}
        fi
        fd_state=$(printf '%s\n' "$fd_states" | awk -v program="$fd_group:$fd_name" '$1 == program { print $2 }')
        case \${fd_state:-UNKNOWN} in
          ${literal(STATES.join(' | '))}) printf '%s %s\n' "$fd_name" "\${fd_state:-UNKNOWN}" ;;
        esac`,
    )}`;
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
