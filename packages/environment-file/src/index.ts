/** An environment's file: where it is, and what is in it once `extends` is followed. */
export { ENVIRONMENT_FILE, NAME_PATTERN } from './environment-name.js';
export { findEnvironment, type EnvironmentReference } from './files/find-environment.js';
export { findWorkspace, NO_WORKSPACE } from './files/find-workspace.js';
export { readWithExtends } from './files/read-with-extends.js';
export {
  entryAt,
  placeOf,
  valueOf,
  type Located,
  type LocatedMap,
  type LocatedScalar,
} from './yaml/located.js';
export { isRecord, ownEntry } from './own-entry.js';

/** What is wrong in it, and where. */
export type { Issue, KeyPath, Problem, Report } from './issues/issue.js';
export { EnvironmentError } from './issues/environment-error.js';
export { didYouMean } from './issues/nearest.js';
export { plain, quoteText, showValue } from './issues/show-value.js';
