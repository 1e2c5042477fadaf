import type { ExecutorContext } from '@nx/devkit';
import { attempt, type Outcome } from '../../commands/attempt.js';
import { timedReport } from '../../commands/timed-report.js';
import { up } from '../../commands/up.js';
import { readSandbox } from '../../commands/read-sandbox.js';

/** Brings up the environment's sandbox. */
export default function upExecutor(
  _options: Record<string, never>,
  { root, projectName = '' }: ExecutorContext,
): Promise<Outcome> {
  return attempt(async () => {
    const report = timedReport();
    const hosts = await up(await readSandbox(projectName, root), report);
    report(`Next: npx nx run ${projectName}:provision, then http://${hosts[0]?.address ?? ''}/`);
    return true;
  });
}
