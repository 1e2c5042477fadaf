import { byColour, findColour } from '../application/colour.js';
import { defineRuns } from '../application/process-group.js';
import { processLog } from '../application/process-log.js';
import { addressIn, type Program } from '../application/program.js';
import { sh, type Script } from '@fairness-deploy/shell';
import { commandQuestion, requestQuestion, RUNS_QUESTION } from './health-questions.js';
import { lastAdded } from './log-sizes.js';
import type { ReleaseSpec } from './release-spec.js';

/** How many lines of a program's log are shown when it doesn't start. */
const LOG_LINES = 30;

/**
 * Defines the shell functions that check a program of a release in its colour: `fd_try`, which looks
 * once and succeeds when it is well, `fd_why`, which prints what the last try found instead, and
 * `fd_say`, which prints the end of its log and a reason to standard error, and ends with status 1.
 *
 * The program must be the one that this deployment has started (see defineRuns()). If its health
 * check has a path, it must answer; if it has a command, that must succeed.
 *
 * `fd_try` sets `fd_ended` when the program has ended: then it is useless to try again. It leaves in
 * `fd_foreign` a socket that listens where the program should and isn't the release's.
 */
export function processCheck(spec: ReleaseSpec, program: Program): Script {
  const { layout, release } = spec;
  return sh`
    ${findColour(layout, release)}
    ${byColour('fd_colour', (colour) => {
      const address = addressIn(program, colour);
      return sh`
        fd_log=${processLog(layout, program.name, colour, program.apart ? 'err' : 'all')}
        ${address === undefined ? sh`:` : sh`fd_address=${address}`}`;
    })}
    ${defineRuns(program.name)}
    fd_foreign='' fd_ended=''
    ${questionOf(spec, program)}
    fd_why() {
      if [ -z "$fd_group" ]; then
        printf 'nothing has started it'
      elif [ -n "$fd_ended" ]; then
        printf 'it ended by itself (process %s)' "$fd_group"
      else
        fd_reason
      fi
    }
    fd_say() {
      {
        fd_said=$(
          ${lastAdded(LOG_LINES)}
        ) || :
        [ -z "$fd_said" ] || printf 'The end of %s:\n%s\n' "$fd_log" "$fd_said"
        printf '%s\n' "$1"
        [ -z "\${2-}" ] || printf '  → %s\n' "$2"
      } >&2
      exit 1
    }`;
}

function questionOf(spec: ReleaseSpec, program: Program): Script {
  if (program.health.command !== undefined) return commandQuestion(spec, program);
  return program.addresses ? requestQuestion(spec, program) : RUNS_QUESTION;
}
