export { checkResourceContract } from './resource-contract.js';
export { applyResources, runScript } from './apply-resources.js';
export { exampleApplication, exampleEnvironment, exampleHost, exampleProcess } from './example.js';
export { inLiveFolders } from '../resources/live-folder.js';
export { newContent } from './new-content.js';
