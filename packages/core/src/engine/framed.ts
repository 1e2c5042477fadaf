import { literal, sh, type Script } from '@fairness-deploy/shell';

/** The name of a resource's record: its place in the list. */
export type RecordName = string;

/** The record of the host's system, beside those of resources and steps. */
export const SYSTEM_RECORD: RecordName = 'system';

/** Where a script's output goes instead of directly to the frames. */
export interface Detour {
  /** Opens it. */
  readonly open: Script;
  /** The redirection to it. */
  readonly to: Script;
  /** Waits until all output has arrived. */
  readonly drain: Script;
}

/**
 * Runs a script as one record for a RecordReader: in a subshell with `set -eu` and no input. The
 * record has standard error as well. Its frames have the host's time since boot in seconds, which
 * the shell reads from proc(5) without starting a program.
 *
 * @param output how the output gets to the frames; default: directly
 */
export function framed(nonce: string, record: RecordName, script: Script, output?: Detour): Script {
  const subshell = sh`
    (
    set -eu
    ${script}
    )`;
  const run = output
    ? sh`
      ${output.open}
      ${subshell} </dev/null ${output.to} 2>&1
      fd_status=$?
      ${output.drain}`
    : sh`
      ${subshell} </dev/null 2>&1
      fd_status=$?`;
  return sh`
    read -r fd_time _ </proc/uptime
    printf '\n%s begin %s %s\n' ${nonce} ${record} "$fd_time"
    ${run}
    read -r fd_time _ </proc/uptime
    printf '\n%s end %s %s %s\n' ${nonce} ${record} "$fd_status" "$fd_time"`;
}

/**
 * Runs a read as a record of its standard output alone. When the read fails, it runs once more for
 * its standard error, as a record `<record>!`: a read changes nothing, so this needs neither a
 * second stream nor a temporary file.
 */
export function framedRead(nonce: string, record: RecordName, read: Script): Script {
  const name = literal(`fd_read_${record}`);
  return sh`
    ${name}() {
    set -eu
    ${read}
    }
    printf '\n%s begin %s\n' ${nonce} ${record}
    ( ${name} ) </dev/null 2>/dev/null
    fd_status=$?
    printf '\n%s end %s %s\n' ${nonce} ${record} "$fd_status"
    if [ "$fd_status" != 0 ]; then
    printf '\n%s begin %s!\n' ${nonce} ${record}
    ( ${name} ) </dev/null 2>&1 >/dev/null
    printf '\n%s end %s! %s\n' ${nonce} ${record} "$fd_status"
    fi`;
}
