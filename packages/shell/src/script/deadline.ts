import { sh, type Script } from './sh.js';

/**
 * Defines `fd_clock`, which sets `fd_now` to the hundredths of a second since the machine's start
 * (proc(5), /proc/uptime): a clock that no user sets, read without starting a program.
 */
export const clock: Script = sh`
  fd_clock() {
    read -r fd_now _ </proc/uptime
    # Behind the 1, as a number that begins with 0 is an octal one.
    fd_now=$((\${fd_now%.*} * 100 + 1\${fd_now#*.} - 100))
  }`;

/**
 * Defines `fd_is_over`, which is true from some time after now: at most a hundredth of a second too
 * early. Counting whole seconds could be up to one second too early.
 *
 * @param seconds how long after, rounded up to the hundredth
 */
export function deadline(seconds: number): Script {
  // 1.1 * 100 is a little more than 110.
  const hundredths = Math.ceil(Number((seconds * 100).toFixed(6)));
  return sh`
    ${clock}
    fd_clock
    fd_end=$((fd_now + ${hundredths}))
    fd_is_over() {
      fd_clock
      [ "$fd_now" -ge "$fd_end" ]
    }`;
}
