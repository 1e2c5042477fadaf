import { sh, type Script } from '@fairness-deploy/shell';
import { colourIn, findReleaseId, type Colour } from './colour.js';
import type { Layout } from './layout.js';
import { addressIn, type Program } from './program.js';

/** The names of the files that tell which programs a release runs, among its configuration. */
export const PROGRAMS_JSON = 'programs.json';
export function programsName(colour: Colour): string {
  return `programs-${colour}`;
}

/** The programs for the client, see programsSchema. */
export function programsJson(programs: readonly Program[]): string {
  return `${JSON.stringify(programs)}\n`;
}

/**
 * The programs for scripts, a line each: `<name> shared|exclusive <stop seconds> <port, path or ->`.
 * By them a script knows the programs of any release on the host, whatever the environment says now.
 */
export function programsLines(programs: readonly Program[], colour: Colour): string {
  return programs
    .map((program) => {
      const { name, exclusive, stopSeconds } = program;
      const address = String(addressIn(program, colour) ?? '-');
      return `${name} ${exclusive ? 'exclusive' : 'shared'} ${String(stopSeconds)} ${address}\n`;
    })
    .join('');
}

/**
 * Runs a script for each program of the release in a colour, with `fd_name`, `fd_kind`, `fd_seconds`
 * and `fd_address` (empty for a worker). Nothing when there is no release in it.
 *
 * @param colour the name of the shell variable that holds the colour
 */
export function forEachProgram(
  layout: Pick<Layout, 'colours' | 'configuration'>,
  colour: string,
  script: Script,
): Script {
  const value = colourIn(colour);
  return sh`
    fd_programs=
    ${findReleaseId(sh`${layout.colours}/${value}/release`, sh`fd_id=`)}
    [ -z "$fd_id" ] || fd_programs=${layout.configuration}/"$fd_id"/programs-${value}
    if [ -f "$fd_programs" ]; then
      while read -r fd_name fd_kind fd_seconds fd_address; do
        [ "$fd_address" != - ] || fd_address=
        ${script}
      done <"$fd_programs"
    fi`;
}
