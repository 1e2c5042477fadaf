import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { maintenanceCommand } from '../../../site/maintenance-command.js';

/** Switches the maintenance page on or off, or shows whether it is on. */
export default environmentExecutor(hostCommand(maintenanceCommand));
