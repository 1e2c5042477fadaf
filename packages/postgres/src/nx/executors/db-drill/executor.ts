import { environmentExecutor, hostCommand } from '@fairness-deploy/core/commands';
import { dbDrillCommand } from '../../../commands/db-drill.js';

/** Restores the newest backup for practice: compares it, asks the application for its health with it, and drops it. */
export default environmentExecutor(hostCommand(dbDrillCommand));
