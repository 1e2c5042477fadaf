export { sectionOf, type Section } from './section/section.js';
