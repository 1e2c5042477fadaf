import { pluginExecutor } from '@fairness-deploy/core';
import { maintenanceCommand } from '../../../maintenance-command.js';

/** Switches the maintenance page on or off, or shows whether it is on. */
export default pluginExecutor(maintenanceCommand);
