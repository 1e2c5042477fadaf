export { plugin } from './deployment.js';
export { environmentFile, type Variables } from './environment-file.js';
export { layoutOf, type Layout } from './layout.js';
export { releaseSchema, type Origin, type ReleaseSection } from './section.js';
