/** Scripts for a POSIX shell. */
export { lines, literal, Script, sh, type ShValue } from './script/sh.js';
export { asUser } from './script/as-user.js';
export { readAsUser, type ReadLimit } from './script/read-as-user.js';
export { withRightsOf } from './script/with-rights-of.js';
export { clock, deadline } from './script/deadline.js';
export { waitUntil, type Waiting } from './script/wait-until.js';
export { printMountsWithin, refuseMountsWithin } from './script/mounts-within.js';
export { comparableText } from './script/comparable-text.js';
export { endProcesses, type EndedProcesses } from './script/end-processes.js';
export { enterFolder, takeFolder, type EnterFolderOptions } from './script/enter-folder.js';
export { fail } from './script/fail.js';
export { NOTICE_MARK, notice, noticeIn, withoutMarks } from './script/notice.js';

/** One open shell, over SSH or on this machine. */
export type {
  Connection,
  ForwardedPort,
  Forwarding,
  InputStream,
  Login,
  RunOptions,
  RunResult,
  Target,
  Terminal,
  TerminalSize,
  Traffic,
  Transport,
} from './transport/transport.js';
export { localTransport } from './transport/local.js';
export { thisTerminal } from './transport/this-terminal.js';
export { localUser } from './transport/local-user.js';
export {
  openSshConfiguration,
  type OpenSshConfiguration,
} from './transport/ssh/openssh-configuration.js';
export { addressOfTarget } from './transport/ssh/address-of-target.js';
export { sshTransport } from './transport/ssh/ssh-transport.js';
export { pinHostKey } from './transport/pin-host-key.js';
export { matchesPatterns } from './transport/ssh/patterns.js';
export {
  ConnectError,
  ConnectionLostError,
  HostKeyError,
  OutputLimitError,
  RunTimeoutError,
  type HostKey,
} from './transport/errors.js';

/** For those who read what a shell prints as it comes. */
export { LineReader } from './stream/line-reader.js';
export { MarkFinder } from './stream/mark-finder.js';
export { Tail } from './stream/tail.js';
