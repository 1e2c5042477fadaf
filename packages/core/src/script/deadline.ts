import { sh, type Script } from './sh.js';

/**
 * Defines `fd_clock`, which sets `fd_now` to the hundredths of a second since the machine's
 * start (proc(5), /proc/uptime): a clock that nobody sets while a script waits, read without
 * starting a program.
 */
export const clock: Script = sh`
  fd_clock() {
    read -r fd_now _ </proc/uptime
    # Behind the 1, as a number that begins with 0 is an octal one.
    fd_now=$((\${fd_now%.*} * 100 + 1\${fd_now#*.} - 100))
  }`;

/**
 * Defines `fd_is_over`, which is true from some time after now: never earlier than asked for,
 * as counting in whole seconds would make it.
 *
 * @param seconds how long after, to the hundredth
 */
export function deadline(seconds: number): Script {
  return sh`
    ${clock}
    fd_clock
    fd_end=$((fd_now + ${Math.ceil(seconds * 100)}))
    fd_is_over() {
      fd_clock
      [ "$fd_now" -ge "$fd_end" ]
    }`;
}
