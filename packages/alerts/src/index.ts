/** Alerts have nothing for other plugins. */
export { plugin } from './alerts-plugin.js';
