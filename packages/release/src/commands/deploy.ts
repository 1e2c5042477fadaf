import { HintedError } from '@fairness-deploy/shell/text';
import {
  type ChangeOptions,
  checksOf,
  contextOf,
  workOnEach,
  type ExitCode,
  judge,
  readsOf,
  onHosts,
  type OpenHost,
  reportPlan,
  type Run,
  waitForLock,
  type Wanted,
  wantedOf,
} from '@fairness-deploy/core/commands';
import { applicationOf } from '@fairness-deploy/core';
import {
  LockHeldError,
  type Plan,
  readHost,
  requireOutput,
  requireSupported,
} from '@fairness-deploy/core/engine';
import type { Resource } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { liveMayBe } from '../host/live-may-be.js';
import { filesOf, migrationPartsOf, type StepOptions } from '../extension/release-extension.js';
import { describePrograms } from '../plan/describe-programs.js';
import { describeSchedules } from '../plan/describe-schedules.js';
import { findSource, type Source } from '../plan/find-source.js';
import { describeMigration } from '../plan/plan-migration.js';
import { planDeployment } from '../plan/plan-deployment.js';
import { releasesReader } from '../plan/releases-reader.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import { endUnchanged, failedOf, type LiveCommit } from './end-unchanged.js';
import { notifyPlugins, type Subject } from './notify-plugins.js';
import { releaseContext, releaseSection } from './release-context.js';
import { releaseToHosts } from './release-to-hosts.js';

/** Options of `deploy`. */
export interface DeployOptions extends ChangeOptions, StepOptions {
  /** Deploy even the commit that is live. */
  readonly force?: boolean;
  /** The branch, tag or commit to deploy instead of the environment's. */
  readonly revision?: string;
  /** Migrate whatever has changed, and deploy even the commit that is live. */
  readonly migrate?: boolean;
  /** Deploy although the host differs from its environment. */
  readonly allowDrift?: boolean;
}

/**
 * Deploys a commit, without downtime. One round trip a host when the commit is live already, else
 * two: one reads, the second runs one job.
 */
export function deploy(run: Run<DeployOptions>): Promise<ExitCode> {
  return notifyPlugins(run, 'deploy', deploySource);
}

async function deploySource(
  run: Run<DeployOptions>,
  about: (subject: Subject) => void,
): Promise<ExitCode> {
  const { environment, options, reporter } = run;
  const section = releaseSection(run);
  if (options.migrate && section.migrate === undefined) {
    throw new HintedError('Cannot migrate: the section "release" has no command for it', {
      hint: 'add one, such as: migrate: npm run migrate',
    });
  }
  const source = await findSource(environment, section, options.revision, (text) => {
    reporter.report({ type: 'notice', text });
  });
  about(source);
  const { commit, subject, author } = source;
  const text = `commit ${commit.slice(0, 10)} "${subject}" by ${author}`;
  reporter.report({ type: 'notice', text });
  for (const warning of source.warnings) {
    reporter.report({ type: 'notice', text: `Warning: ${warning}` });
  }

  const wanted = wantedOf(run);
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const planned = await workOnEach(run, hosts, (open) => planDeploy(run, open, source, wanted));
    if (planned.length < hosts.length) return false;
    const changing = planned.flatMap(({ open, value }) =>
      value.kind === 'deploy' ? [{ open, plan: value.plan }] : [],
    );
    const unchanged = planned.flatMap(({ open, value }) =>
      value.kind === 'live' ? [endUnchanged(run, open, value, source)] : [],
    );
    const well = await Promise.all(unchanged);
    const [migrating] = changing;
    if (migrating?.plan.migration) {
      const { host } = migrating.open;
      const text = describeMigration(migrating.plan.migration);
      reporter.report({ type: 'notice', host: host.name, text });
    }
    const done = await releaseToHosts(run, `deploy ${commit.slice(0, 10)}`, changing);
    return done && well.every(Boolean);
  });
  return succeeded ? 0 : 1;
}

/** The work on a host: a deployment, or what is left to do when the commit is live already. */
type HostPlan = { readonly kind: 'deploy'; readonly plan: ReleasePlan } | LiveCommit;

/** Refuses to deploy to a host that differs from its environment. */
async function planDeploy(
  run: Run<DeployOptions>,
  open: OpenHost,
  source: Source,
  wanted: Wanted,
): Promise<HostPlan> {
  const { host, connection } = open;
  const { force = false, migrate = false, wait = false, allowDrift = false } = run.options;
  await waitForLock(run, open);
  const reader = releasesReader(run.environment, source);
  const checks = force || migrate ? [] : checksOf(run, host);
  const mayRun = liveMayBe(layoutOf(applicationOf(run.environment)), source.commit);
  const { drift, holder, outputs, timedOutputs, system } = await readHost(connection, {
    resources: wanted.get(host.name) ?? [],
    reads: [reader.script],
    timed: readsOf(checks).map((read) => ({ ...read, script: onlyIf(mayRun, read.script) })),
  });
  requireSupported('deploy to', host.name, system);
  if (holder && !wait) throw new LockHeldError(host.name, holder);
  const changesThatAre = (what: Resource['atDeployment']) =>
    drift.changes.filter(({ resource }) => resource.atDeployment === what);
  const lasting = changesThatAre(undefined);
  if (lasting.length + drift.revealed.length + drift.unreadable.length > 0 && !allowDrift) {
    reportPlan(run, host.name, { ...drift, changes: lasting });
    for (const { address } of drift.revealed) {
      run.reporter.report({
        ...{ type: 'notice', host: host.name },
        text: `provision would remove ${address}`,
      });
    }
    throw driftError(run, host.name, drift, lasting.length + drift.revealed.length);
  }
  const [read] = outputs;
  const releases = reader.parse(requireOutput(read, `the releases of ${host.name}`));
  if (!holder && releases.state.pending) {
    run.reporter.report({
      type: 'notice',
      host: host.name,
      text: 'The previous deployment was cut off; this one removes what it left',
    });
  }
  const context = releaseContext(run, host);
  const plan = await planDeployment(context, source, releases, {
    ...{ force, migrate },
    hosts: run.hosts.map(({ name }) => name),
    filesOf: (release) => filesOf(context, release),
    migrationParts: (release) =>
      migrationPartsOf(context.plugins, (plugin) => contextOf(run, plugin, host), release),
  });
  const about = plan && describePrograms(plan.previous, plan.release.programs);
  const scheduled = plan && describeSchedules(plan.previousSchedules, plan.release.schedules);
  for (const text of [plan?.chosen, about, scheduled]) {
    if (text !== undefined) run.reporter.report({ type: 'notice', host: host.name, text });
  }
  const applied = changesThatAre('applied');
  if (plan) return { kind: 'deploy', plan: withChanges(plan, applied) };
  return {
    kind: 'live',
    changes: { ...drift, changes: [...changesThatAre('superseded'), ...applied] },
    failed: failedOf(judge(checks, timedOutputs)),
  };
}

/** A deployment that applies changes of resources at its end. */
function withChanges(plan: ReleasePlan, changes: Plan['changes']): ReleasePlan {
  const steps = changes.map(({ resource, change }): ReleaseStep => {
    const name = `update ${resource.address}`;
    // Behind the steps of plugins: a cleanup step that fails stops those behind it.
    return { phase: 'clean', place: 'after-all', name, run: change.apply };
  });
  return { ...plan, steps: [...plan.steps, ...steps] };
}

function driftError(
  { environment: { name } }: Run,
  host: string,
  { unreadable }: Plan,
  lasting: number,
): HintedError {
  // `provision` would be refused, too.
  const hint =
    unreadable.length > 0
      ? 'fix that first'
      : `run "npx nx run ${name}:provision" first, or deploy anyway with --allow-drift`;
  return new HintedError(
    `Cannot deploy to ${host}: the host differs from ${name} (${String(lasting + unreadable.length)} of its resources, above)`,
    { hint },
  );
}

/** Makes checks only when the commit may be live already: they cost more than all other reads. */
function onlyIf(condition: Script, read: Script): Script {
  return sh`
    (
    ${condition}
    ) || exit 0
    ${read}`;
}
