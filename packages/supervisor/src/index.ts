export {
  supervisorProgram,
  type SupervisorProgramIdentity,
  type SupervisorProgramSpec,
} from './supervisor-program.js';
