import {
  readDeployed,
  runDeployment,
  type Deployed,
  type DeploymentResult,
} from '../engine/deployment.js';
import { describeJob } from '../engine/describe-job.js';
import type { JobResult } from '../engine/run-job.js';
import type { Deployer, DeployOptions, DeployPlan, Source } from '../plugin/deployer.js';
import type { Plugin } from '../plugin/plugin.js';
import { JOB_CUT_SHORT, jobObserver } from './job-observer.js';
import { each, endHost, onHosts, type HostEnd, type OpenHost } from './on-hosts.js';
import { reportPlan } from './plan-hosts.js';
import { contextOf, statusesOf, wantedOf, type ExitCode, type Run, type Wanted } from './run.js';

/** The most characters of a line that are shown when a step failed: its end. */
const LONGEST_LINE = 500;

/** What is deployed, and by which plugin. */
interface Deployment {
  readonly plugin: Plugin;
  readonly deployer: Deployer;
  readonly source: Source;
  readonly options: DeployOptions;
  readonly wanted: Wanted;
}

/**
 * Puts a commit on line. One round trip a host when it already runs, else two: what is
 * there is read, then everything is done by one job.
 */
export async function deploy(run: Run): Promise<ExitCode> {
  const [plugin, deployer] = deployerOf(run);
  const options: DeployOptions = {
    force: run.options.force ?? false,
    ...(run.options.revision !== undefined && { revision: run.options.revision }),
  };
  const source = await deployer.source(
    run.environment,
    run.environment.sections[plugin.section],
    options,
  );
  run.reporter.report({
    type: 'notice',
    text: `commit ${source.commit.slice(0, 10)} "${source.subject}" by ${source.author}`,
  });
  for (const warning of source.warnings)
    run.reporter.report({ type: 'notice', text: `Warning: ${warning}` });

  const deployment: Deployment = { plugin, deployer, source, options, wanted: wantedOf(run) };
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await each(run, hosts, (open) => planDeploy(run, open, deployment));
    if (planned.length < hosts.length) return false;
    const planOf = new Map(planned.map(({ open, value }) => [open, value]));
    const ends = await each(run, hosts, async (open) => {
      const end = await carryOut(run, open, deployment, planOf.get(open));
      endHost(run, open, end);
      if (end.outcome !== 'failed') reportUrls(run, open);
      return end;
    });
    return ends.length === hosts.length && ends.every(({ value }) => value.outcome !== 'failed');
  });
  return succeeded ? 0 : 1;
}

function deployerOf(run: Run): readonly [Plugin, Deployer] {
  for (const plugin of run.plugins) if (plugin.deployer) return [plugin, plugin.deployer];
  throw new Error(
    `Cannot deploy ${run.environment.name}: none of its sections brings releases; add a section "release:", and "@fairness-deploy/release/plugin" to "plugins" in nx.json if it isn't there`,
  );
}

/** What has to be done on a host: nothing when there is no plan. */
interface HostPlan {
  readonly plan: DeployPlan | undefined;
  readonly unwell: Deployed['unwell'];
}

/** A host that isn't as its environment describes it isn't deployed to. */
async function planDeploy(
  run: Run,
  { host, connection }: OpenHost,
  { plugin, deployer, source, options, wanted }: Deployment,
): Promise<HostPlan> {
  const context = contextOf(run, plugin, host);
  const { drift, output, unwell } = await readDeployed(
    connection,
    wanted.get(host.name) ?? [],
    deployer.read(context),
    statusesOf(run, host),
  );
  const differing = drift.changes.length + drift.unreadable.length;
  if (differing > 0 && !run.options.allowDrift) {
    reportPlan(run, host.name, drift);
    const { name } = run.environment;
    throw new Error(
      `Cannot deploy to ${host.name}: it isn't as ${name} describes it (${String(differing)} of its resources, above); ` +
        `run "nx run ${name}:provision" first, or deploy all the same with --allow-drift`,
    );
  }
  return { plan: await deployer.plan(context, source, output, options), unwell };
}

async function carryOut(
  run: Run,
  { host, connection }: OpenHost,
  { plugin, deployer, source }: Deployment,
  { plan, unwell }: HostPlan = { plan: undefined, unwell: [] },
): Promise<HostEnd> {
  const short = source.commit.slice(0, 10);
  if (!plan && unwell.length > 0) {
    for (const { name, output } of unwell) {
      const message = `${short} is deployed, but ${name} is not well`;
      run.reporter.report({ type: 'failure', host: host.name, message, details: output });
    }
    return {
      outcome: 'failed',
      summary: `${short} is deployed, but not all is well; --force deploys it again`,
    };
  }
  if (!plan) {
    return { outcome: 'unchanged', summary: `${short} already runs; --force deploys it again` };
  }
  const result = await runDeployment(
    connection,
    { ...describeJob(`deploy ${short}`), ...(plan.input && { input: plan.input }) },
    [
      ...plan.steps,
      ...run.plugins.flatMap(
        (one) => one.releaseSteps?.(contextOf(run, one, host), plan.release) ?? [],
      ),
    ],
    deployer.read(contextOf(run, plugin, host)),
    jobObserver(run, host.name),
  );
  reportFailedSteps(run, host.name, result, short);
  return conclude(result, short, plan.release.id, deployer);
}

function reportFailedSteps(run: Run, host: string, result: JobResult, commit: string): void {
  for (const { name, status, output, undo } of result.steps) {
    if (status === 'failed') {
      const message = `Cannot deploy ${commit}: the step "${name}" failed`;
      run.reporter.report({ type: 'failure', host, message, details: lastLines(output, 30) });
    }
    if (undo?.status === 'failed') {
      const message = `Cannot take back "${name}"; look after it by hand`;
      run.reporter.report({ type: 'failure', host, message, details: lastLines(undo.output, 30) });
    }
  }
}

/** What is said must be what is so: the releases have been read again. */
function conclude(
  { steps, finished, output }: DeploymentResult,
  commit: string,
  release: string,
  deployer: Deployer,
): HostEnd {
  if (!finished || output === undefined) return { outcome: 'failed', summary: JOB_CUT_SHORT };
  const running = deployer.running(output);
  if (steps.some(({ undo }) => undo?.status === 'failed')) {
    return {
      outcome: 'failed',
      summary: `${commit} is not on line, and not all of it could be taken back`,
    };
  }
  if (steps.some(({ status }) => status === 'failed')) {
    const now = running === undefined ? 'no release runs' : `release ${running} runs as before`;
    return {
      outcome: 'failed',
      summary: `${commit} is not on line; what was done was taken back, ${now}`,
    };
  }
  if (running !== release) {
    return {
      outcome: 'failed',
      summary: `every step of ${commit} ended well, but read again ${running ?? 'no release'} runs instead of ${release}`,
    };
  }
  return { outcome: 'changed', summary: `${commit} is on line as release ${release}` };
}

/** Tells where to see what is on line. */
function reportUrls(run: Run, { host, connection }: OpenHost): void {
  const { address } = connection.target;
  const urls = run.plugins.flatMap(
    (plugin) => plugin.urls?.(contextOf(run, plugin, host), address) ?? [],
  );
  if (urls.length > 0)
    run.reporter.report({ type: 'notice', host: host.name, text: urls.join('\n') });
}

/** The end of what a step printed; a line may be endless. */
function lastLines(text: string, count: number): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => (line.length > LONGEST_LINE ? `…${line.slice(-LONGEST_LINE)}` : line))
    .join('\n');
}
