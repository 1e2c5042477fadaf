import type { ExecutorContext } from '@nx/devkit';
import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { attempt } from '../../../commands/attempt.js';
import { nextStep } from '../../../commands/next-step.js';
import { readSandbox } from '../../../commands/read-sandbox.js';
import { timedReport } from '../../../commands/timed-report.js';
import { untilInterrupted } from '../../../commands/until-interrupted.js';
import { up } from '../../../commands/up.js';

/** Brings up the environment's sandbox. */
export default function upExecutor(
  _options: Record<string, never>,
  { root, projectName = '' }: ExecutorContext,
): Promise<ExecutorEnd> {
  return attempt(async () => {
    const sandbox = await readSandbox(projectName, root);
    const report = timedReport();
    const advice = `What has come up stays: npx nx run ${projectName}:up goes on, npx nx run ${projectName}:down takes it away`;
    const hosts = await untilInterrupted(advice, () => up(sandbox, report));
    report(
      nextStep(
        sandbox,
        hosts.map(({ address }) => address),
      ),
    );
    return 0;
  });
}
