/** An environment's file: its place, and its content after `extends`. */
export { ENVIRONMENT_FILE, NAME_PATTERN } from './environment-name.js';
export { findEnvironment, type EnvironmentReference } from './files/find-environment.js';
export { findWorkspace, NO_WORKSPACE } from './files/find-workspace.js';
export { extendedFiles, readWithExtends } from './files/read-with-extends.js';
export { readSource, type ReadSource, type Source } from './files/read-source.js';
export {
  entryAt,
  placeOf,
  valueOf,
  type Located,
  type LocatedMap,
  type LocatedScalar,
} from './yaml/located.js';
export { changeYaml, type YamlChange } from './yaml/change-yaml.js';
export { isRecord, ownEntry } from './own-entry.js';

/** Its errors, and their places. */
export {
  formatKeyPath,
  type Issue,
  type KeyPath,
  type Problem,
  type Report,
} from './issues/issue.js';
export { EnvironmentError } from './issues/environment-error.js';
export { didYouMean } from './issues/nearest.js';
export { plain, quoteText, showValue } from './issues/show-value.js';
