/** What hosts can be like: for sections of environment.yaml. Loads nothing of the drivers. */
export { DEFAULT_RELEASE } from './driver/sandbox-host.js';
export { memorySchema } from './machine/memory-schema.js';
export { DEBIAN_RELEASES } from './machine/registries.js';
