/** Longer than a process takes to handle a signal. */
const HANDLED_MILLISECONDS = 1000;

/** Interrupts this process, as Ctrl-C does when the terminal is not in raw mode. */
export function interrupt(): void {
  // Node.js doesn't wait for a signal to be handled when it has nothing else to do.
  setTimeout(() => undefined, HANDLED_MILLISECONDS);
  process.kill(process.pid, 'SIGINT');
}
