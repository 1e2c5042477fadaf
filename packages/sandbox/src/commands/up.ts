import {
  runStep,
  stepOnEach,
  urlsOf,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { buildBase } from '../base/build-base.js';
import { describeHost } from '../host/describe-host.js';
import { hostKey } from '../host/host-id.js';
import { startHost } from '../host/start-host.js';
import { installPrerequisites } from '../system/prerequisites.js';
import type { SandboxSection } from '../section.js';
import { nextStep } from './next-step.js';

/**
 * Starts the hosts of a sandbox, side by side, after installing what they need on this machine.
 * @throws HintedError when that can't be installed.
 */
export async function up(run: Run): Promise<ExitCode> {
  const { environment, reporter } = run;
  const { name, workspace } = environment;
  const report = (text: string): void => {
    reporter.report({ type: 'notice', text });
  };
  await runStep(run, { name: 'Debian packages of this machine' }, () =>
    installPrerequisites(report),
  );
  await runStep(run, { name: 'Debian root of the hosts' }, () => buildBase(report));
  // Sound: the loader has parsed it with our schema.
  const { memory } = environment.sections['sandbox'] as SandboxSection;
  const urls = new Map<string, readonly string[]>();
  const names = run.hosts.map((host) => host.name);
  const code = await stepOnEach(run, 'boot', names, async (host) => {
    const before = describeHost(name, host, workspace);
    const key = hostKey(name, host, workspace);
    const { address } = await startHost({
      ...key,
      ...(memory !== undefined && { memory }),
      report,
    });
    const own = run.hosts.filter((one) => one.name === host);
    urls.set(
      host,
      own.flatMap((one) => urlsOf(run, one, address)),
    );
    return { outcome: before ? 'unchanged' : 'changed', summary: `up: root@${address}` };
  });
  if (code === 0) {
    const inOrder = names.flatMap((host) => urls.get(host) ?? []);
    report(nextStep(environment, inOrder));
  }
  return code;
}
