export { vagrantSchema, type VagrantSection } from './section/section.js';
