import type { ExecutorContext } from '@nx/devkit';
import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { attempt } from '../../../commands/attempt.js';
import { down } from '../../../commands/down.js';
import { timedReport } from '../../../commands/timed-report.js';

/** Takes the environment's sandbox down. */
export default function downExecutor(
  _options: Record<string, never>,
  { root, projectName = '' }: ExecutorContext,
): Promise<ExecutorEnd> {
  return attempt(async () => {
    await down(projectName, root, timedReport());
    return 0;
  });
}
