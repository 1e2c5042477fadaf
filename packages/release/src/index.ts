export { plugin } from './deployment.js';
