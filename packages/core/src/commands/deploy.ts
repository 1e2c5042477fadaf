import { compose } from '../engine/compose.js';
import { framedRead } from '../engine/framed.js';
import { order } from '../engine/order.js';
import { describeJob, newJobId, newNonce } from '../engine/provision.js';
import { planFrom, readScript } from '../engine/read.js';
import { RecordCollector } from '../engine/records.js';
import { runJob, type JobResult } from '../engine/run-job.js';
import type { Deployer, DeployOptions, DeployPlan, Source } from '../plugin/deployer.js';
import { PHASES, type Plugin, type ReleaseStep } from '../plugin/plugin.js';
import { lines } from '../script/sh.js';
import { jobObserver } from './job-observer.js';
import { each, endHost, onHosts, type HostEnd, type OpenHost } from './on-hosts.js';
import { reportPlan } from './plan-hosts.js';
import { contextOf, resourcesOf, type ExitCode, type Run } from './run.js';

/** The record of what is deployed, beside those of the resources. */
const DEPLOYED = 'deployed';

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

  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await each(run, hosts, (open) =>
      planDeploy(run, open, plugin, deployer, source, options),
    );
    if (planned.length < hosts.length) return false;
    const planOf = new Map(planned.map(({ open, value }) => [open, value]));
    const ends = await each(run, hosts, async (open) => {
      const end = await carryOut(run, open, planOf.get(open), source);
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
    `Cannot deploy ${run.environment.name}: none of its sections brings releases; add a section "release:" (and, if need be, npx nx add @fairness-deploy/release)`,
  );
}

/** Reads the host's resources and its releases in one trip; a host that isn't as described isn't deployed to. */
async function planDeploy(
  run: Run,
  { host, connection }: OpenHost,
  plugin: Plugin,
  deployer: Deployer,
  source: Source,
  options: DeployOptions,
): Promise<DeployPlan | undefined> {
  const context = contextOf(run, plugin, host);
  const resources = order(compose(resourcesOf(run, host)));
  const nonce = newNonce();
  const records = new RecordCollector(nonce);
  await connection.run(
    lines(
      readScript(nonce, resources),
      framedRead(nonce, DEPLOYED, deployer.read(context, source)),
    ),
    {
      onOutput: (chunk) => {
        records.push(chunk);
      },
    },
  );
  const drift = planFrom(records, resources);
  if (drift.changes.length + drift.unreadable.length > 0 && !run.options.allowDrift) {
    reportPlan(run, host.name, drift);
    throw new Error(
      `Cannot deploy to ${host.name}: it isn't as ${run.environment.name} describes it (${String(drift.changes.length)} changes pending); ` +
        `run "nx run ${run.environment.name}:provision" first, or deploy all the same with --allow-drift`,
    );
  }
  const deployed = records.get(DEPLOYED);
  if (deployed?.status !== 0) {
    throw new Error(
      `Cannot deploy to ${host.name}: its releases can't be read: ${records.get(`${DEPLOYED}!`)?.output.trim() ?? 'no answer'}`,
    );
  }
  return deployer.plan(context, source, deployed.output, options);
}

async function carryOut(
  run: Run,
  { host, connection }: OpenHost,
  plan: DeployPlan | undefined,
  source: Source,
): Promise<HostEnd> {
  const short = source.commit.slice(0, 10);
  if (!plan)
    return { outcome: 'unchanged', summary: `${short} already runs; --force deploys it again` };
  const steps = inOrder([
    ...plan.steps,
    ...run.plugins.flatMap(
      (plugin) => plugin.releaseSteps?.(contextOf(run, plugin, host), plan.release) ?? [],
    ),
  ]);
  const description = describeJob(`deploy ${short}`, new Date());
  const result = await runJob(
    connection,
    {
      id: newJobId(new Date(description.since)),
      nonce: newNonce(),
      description,
      // Each step builds on all those before it.
      steps: steps.map(({ name, run: script, undo }, at) => ({
        name,
        after: at === 0 ? [] : [at - 1],
        run: script,
        ...(undo && { undo }),
      })),
      verify: lines(),
      ...(plan.input && { input: plan.input }),
    },
    jobObserver(run, host.name),
  );
  return conclude(run, host.name, result, short, plan.release.id);
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

/** By phase; within a phase as the plugins gave them. */
function inOrder(steps: readonly ReleaseStep[]): readonly ReleaseStep[] {
  return PHASES.flatMap((phase) => steps.filter((step) => step.phase === phase));
}

function conclude(
  run: Run,
  host: string,
  result: JobResult,
  commit: string,
  release: string,
): HostEnd {
  const failed = result.steps.find(({ status }) => status === 'failed');
  if (failed) {
    run.reporter.report({
      type: 'failure',
      host,
      message: `Cannot deploy ${commit}: the step "${failed.name}" failed`,
      details: lastLines(failed.output, 30),
    });
  }
  for (const step of result.steps) {
    if (step.undo === 'failed') {
      run.reporter.report({
        type: 'failure',
        host,
        message: `Cannot undo "${step.name}"; look after it by hand`,
      });
    }
  }
  if (!result.finished) {
    return { outcome: 'failed', summary: 'the job was killed on the host; deploy again' };
  }
  if (failed)
    return { outcome: 'failed', summary: `${commit} is not on line; what was done was taken back` };
  return { outcome: 'changed', summary: `${commit} is on line as release ${release}` };
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
