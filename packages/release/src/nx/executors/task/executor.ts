import {
  localExecutor,
  nxCommandLine,
  type EnvironmentExecutor,
} from '@fairness-deploy/core/commands';
import { taskRequest, type GivenTask } from '../../../commands/task-request.js';
import { TASK } from '../../release-commands.js';

const run = localExecutor(TASK);

/** Nx takes options within the command for its own: only our options are used. */
const executor: EnvironmentExecutor<GivenTask> = (options, execution) =>
  run(taskRequest(options, nxCommandLine(process.env)), execution);

export default executor;
