export { plugin } from './deployment.js';
export { environmentFile, type Variables } from './environment-file.js';
export { releaseLayoutOf, type ReleaseLayout } from './layout.js';
export { releaseSchema, type Origin, type ReleaseSection } from './section.js';
