export { sectionOf } from './section/section.js';
