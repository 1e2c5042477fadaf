import { readDeployed, type Deployed, type StatusScript } from '../engine/deployment.js';
import { LockHeldError } from '../engine/lock.js';
import type { Plan } from '../engine/plan.js';
import type { DeployPlan } from '../application/deploy-plan.js';
import type { DeployOptions, Source } from '../plugin/deployer.js';
import { each, endHost, onHosts, type HostEnd, type OpenHost } from './on-hosts.js';
import { putOnLine } from './put-on-line.js';
import { reportPlan } from './plan-hosts.js';
import { applyOn } from './provision.js';
import { contextOf, statusesOf, wantedOf, type ExitCode, type Run, type Wanted } from './run.js';
import { sh } from '@fairness-deploy/shell';
import { deployingPlugin, reportUrls, type DeployingPlugin } from './run-release.js';
import { waitForLock } from './wait-for-lock.js';
import { witnessed, type Subject } from './witness.js';

/** What is deployed, and by which plugin. */
interface Deployment extends DeployingPlugin {
  readonly source: Source;
  readonly options: DeployOptions;
  readonly wanted: Wanted;
}

/**
 * Deploys a commit, without downtime. One round trip a host when it already runs, else two: what is
 * there is read, then everything is done by one job.
 */
export function deploy(run: Run): Promise<ExitCode> {
  return witnessed(run, 'deploy', deployWitnessed);
}

async function deployWitnessed(run: Run, about: (subject: Subject) => void): Promise<ExitCode> {
  const deploying = deployingPlugin(run);
  const { plugin, deployer } = deploying;
  const options: DeployOptions = {
    force: run.options.force ?? false,
    ...(run.options.revision !== undefined && { revision: run.options.revision }),
  };
  const source = await deployer.source(
    run.environment,
    run.environment.sections[plugin.section],
    options,
    (text) => {
      run.reporter.report({ type: 'notice', text });
    },
  );
  about(source);
  run.reporter.report({
    type: 'notice',
    text: `commit ${source.commit.slice(0, 10)} "${source.subject}" by ${source.author}`,
  });
  for (const warning of source.warnings)
    run.reporter.report({ type: 'notice', text: `Warning: ${warning}` });

  const deployment: Deployment = { ...deploying, source, options, wanted: wantedOf(run) };
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await each(run, hosts, (open) => planDeploy(run, open, deployment));
    if (planned.length < hosts.length) return false;
    const changing = planned.flatMap(({ open, value: { plan } }) => (plan ? [{ open, plan }] : []));
    const unchanged = planned.filter(({ value }) => !value.plan);
    const well = await Promise.all(
      unchanged.map(({ open, value }) => endUnchanged(run, open, value, deployment)),
    );
    const done = await putOnLine(run, deploying, `deploy ${source.commit.slice(0, 10)}`, changing);
    return done && well.every(Boolean);
  });
  return succeeded ? 0 : 1;
}

/** What has to be done on a host: nothing when there is no plan. */
interface HostPlan {
  readonly plan: DeployPlan | undefined;
  /** What has to be done for what is deployed to run. */
  readonly restart: Plan;
  readonly unwell: Deployed['unwell'];
}

/** Nothing is deployed to a host that differs from its environment. */
async function planDeploy(run: Run, open: OpenHost, deployment: Deployment): Promise<HostPlan> {
  const { plugin, deployer, source, options, wanted } = deployment;
  const { host, connection } = open;
  await waitForLock(run, open);
  const context = contextOf(run, plugin, host);
  const { drift, output, unwell, holder } = await readDeployed(
    connection,
    wanted.get(host.name) ?? [],
    deployer.read(context, source),
    statusesIfRunning(run, open, deployment),
  );
  if (holder && !run.options.wait) throw new LockHeldError(host.name, holder);
  const [transient, lasting] = partition(
    drift.changes,
    ({ resource }) => resource.transient ?? false,
  );
  const differing = lasting.length + drift.unreadable.length;
  if (differing > 0 && !run.options.allowDrift) {
    reportPlan(run, host.name, { ...drift, changes: lasting });
    const { name } = run.environment;
    // Provisioning would be refused, too.
    const advice =
      drift.unreadable.length > 0
        ? 'do what is said there first'
        : `run "npx nx run ${name}:provision" first, or deploy all the same with --allow-drift`;
    throw new Error(
      `Cannot deploy to ${host.name}: the host differs from ${name} (${String(differing)} of its resources, above); ${advice}`,
    );
  }
  if (!holder && deployer.interrupted(output)) {
    run.reporter.report({
      type: 'notice',
      host: host.name,
      text: 'The previous deployment was cut off; this one removes what it left',
    });
  }
  const plan = await deployer.plan(context, source, output, options);
  return { plan, restart: { ...drift, changes: transient }, unwell };
}

function partition<T>(all: readonly T[], first: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(first), all.filter((one) => !first(one))];
}

/** What tells whether a host is well, in case there is nothing else to do. */
function statusesIfRunning(
  run: Run,
  { host }: OpenHost,
  { plugin, deployer, source, options }: Deployment,
): readonly StatusScript[] {
  if (options.force) return [];
  const statuses = statusesOf(run, host);
  const mayRun = deployer.mayRun?.(contextOf(run, plugin, host), source);
  if (!mayRun) return statuses;
  return statuses.map(({ name, script }) => ({
    name,
    script: sh`
      (
      ${mayRun}
      ) || exit 0
      ${script}`,
  }));
}

/** The commit is deployed on the host already: what of it does not run is started. @returns whether it is well */
async function endUnchanged(
  run: Run,
  open: OpenHost,
  { unwell, restart }: HostPlan,
  { plugin, deployer, source }: Deployment,
): Promise<boolean> {
  const short = source.commit.slice(0, 10);
  if (restart.changes.length > 0) {
    const { outcome } = await applyOn(run, open, restart, `deploy ${short}`);
    if (outcome !== 'changed') {
      const summary = `${short} is deployed, but not all of it runs, see above; --force deploys it again`;
      endHost(run, open, { outcome, summary });
      return false;
    }
    const fields = restart.changes.flatMap(({ change }) =>
      change.differences.map(({ field }) => field),
    );
    const after = await readDeployed(
      open.connection,
      [],
      deployer.read(contextOf(run, plugin, open.host)),
      statusesOf(run, open.host),
    );
    return endWell(run, open, source, after.unwell, {
      outcome,
      summary: `${short} is deployed already; started ${fields.join(', ')}`,
    });
  }
  return endWell(run, open, source, unwell, {
    outcome: 'unchanged',
    summary: `${short} already runs; --force deploys it again`,
  });
}

/** Ends a host on which nothing is deployed: as told if all is well there. @returns whether it is */
function endWell(
  run: Run,
  open: OpenHost,
  source: Source,
  unwell: Deployed['unwell'],
  end: HostEnd,
): boolean {
  const short = source.commit.slice(0, 10);
  for (const { name, output } of unwell) {
    const message = `${short} is deployed, but ${name} is not well`;
    run.reporter.report({ type: 'failure', host: open.host.name, message, details: output });
  }
  const well = unwell.length === 0;
  const summary = `${short} is deployed, but not all is well; --force deploys it again`;
  endHost(run, open, well ? end : { outcome: 'failed', summary });
  if (well) reportUrls(run, open);
  return well;
}
