export {
  supervisorProgram,
  type SupervisorProgramIdentity,
  type SupervisorProgramSpec,
} from './supervisor-program.js';

/** For a plugin that takes programs over from another tool. */
export { CONTROL, REACH } from './control.js';
