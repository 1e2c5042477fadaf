/** Reads an Ansible set-up, and makes environments of it. */
export { formatPlace, type Finding, type FindingKind, type Place } from './finding/finding.js';
export { ImportError } from './finding/import-error.js';
export {
  importAnsible,
  type Import,
  type ImportOptions,
  type Target,
  type WrittenFile,
} from './write/import-ansible.js';
export { findingsForTerminal } from './write/report.js';
