import { literal, sh, type Script } from '@fairness-deploy/shell';

/** How a resource's read script is told apart from the others: its place in the list. */
export type RecordName = string;

/** A way that a script's output takes to where its frames go. */
export interface Detour {
  /** Opens it. */
  readonly open: Script;
  /** The redirection to it. */
  readonly to: Script;
  /** Waits until what was printed is at its end. */
  readonly drain: Script;
}

/**
 * A script's run as one record for a RecordReader: in a subshell with `set -eu` and no
 * input. What it prints on standard error goes into the record as well. Its frames tell the
 * host's time since boot in seconds, which proc(5) has without a program being started.
 *
 * @param output how what it prints gets to where the frames go, unless it goes there itself
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
 * A read's run as a record of its standard output alone. When it fails, it is run once
 * more for its standard error, as a record `<record>!`: reading changes nothing, and so
 * neither a second stream nor a temporary file is needed.
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
