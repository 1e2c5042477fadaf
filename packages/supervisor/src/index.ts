export { programName, runFile, runFolder } from './layout.js';
export { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';
export {
  supervisorProgram,
  type SupervisorProgramIdentity,
  type SupervisorProgramSpec,
} from './supervisor-program.js';
export { sectionSchema, type Section } from './section.js';
