export { exampleRelease } from './example-release.js';
export { runReleaseSteps } from './run-release-steps.js';
export { releaseFilesOf, releaseStepsOf } from './release-steps-of.js';
export { linkTo } from '../application/colour.js';
export { repositoryIn, type TemporaryRepository } from './repository-in.js';
export { writeConfiguration } from './write-configuration.js';
