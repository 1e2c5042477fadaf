import { withHint } from '@fairness-deploy/shell/text';
import { exampleContext, exampleProcess, runChecks } from '@fairness-deploy/core/testing';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Application,
  type Environment,
  type Finding,
  type HealthCheck,
  type PluginContext,
  type Process,
  type ScheduledJob,
} from '@fairness-deploy/core';
import { applyPlan, describeJob, planHost } from '@fairness-deploy/core/engine';
import {
  byColour,
  colourFolder,
  COLOURS,
  findColour,
  findLive,
  findReleaseId,
  type Colour,
} from '../application/colour.js';
import { addressIn, programsOf } from '../application/program.js';
import { builtFile } from '../host/built-record.js';
import { NOTE_GROUP } from '../application/process-group.js';
import { type Layout, layoutOf, startPath } from '../application/layout.js';
import { processLog } from '../application/process-log.js';
import { type HistoryEntry } from '../host/history-entry.js';
import { type Release } from '../application/release.js';
import type { PluginStep, ReleaseStep } from '../order/release-step.js';
import { lines, sh, type Connection, type Script } from '@fairness-deploy/shell';
import type { MigrationPart } from '../scripts/migration-part.js';
import { runReleaseSteps } from './run-release-steps.js';
import { findSource, type Source } from '../plan/find-source.js';
import { planDeployment } from '../plan/plan-deployment.js';
import { planRollback, type Rollback } from '../plan/plan-rollback.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import { releasesReader, type HostReleases } from '../plan/releases-reader.js';
import { plugin } from '../release-plugin.js';
import { releaseSchema, type ReleaseSection } from '../section/section.js';
import { releaseCheck } from '../host/release-check.js';
import { scheduleCheck } from '../host/schedule-check.js';
import { type TemporaryRepository } from './repository-in.js';
import { temporaryRepository } from './temporary-repository.js';

/** The differences of a deployment from the default. */
export interface Changes {
  readonly env?: Application['env'];
  readonly health?: Partial<HealthCheck>;
  readonly section?: object;
  readonly schedules?: readonly ScheduledJob[];
  /** The command of the process `web`. */
  readonly command?: readonly string[];
  readonly fastcgi?: Process['fastcgi'];
  readonly force?: boolean;
  /** Whether it migrates whatever has changed. */
  readonly migrate?: boolean;
  /** What plugins add to the migration. */
  readonly migrationParts?: readonly MigrationPart[];
  /** Changes the steps before they run. */
  readonly steps?: (steps: readonly ReleaseStep[]) => readonly ReleaseStep[];
}

export type Ended =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'done' | 'cut off';
      readonly inputSize: number;
      /** The output of the steps, by their names. */
      readonly said: Readonly<Record<string, string>>;
    }
  | { readonly status: 'failed'; readonly step: string; readonly output: string };

/** How the next commit's server behaves, in milliseconds from its start. */
export interface Behaviour {
  /** What its health check answers; 0: nothing at all. */
  readonly status?: number;
  readonly listensAfter?: number;
  readonly diesAfter?: number;
}

/** An application on a host, with its repository. */
export class Site {
  readonly repository: TemporaryRepository;
  readonly application: Application;
  readonly layout: Layout;
  #connection: Connection;

  constructor(
    connection: Connection,
    node: Application['node'],
    name: string,
    port: number,
    home = `/srv/${name}`,
    user = name,
    repository = temporaryRepository(),
  ) {
    this.repository = repository;
    this.#connection = connection;
    this.application = {
      name,
      user,
      home,
      ...(node && { node }),
      env: {},
      static: [],
      processes: [
        exampleProcess({
          name: 'web',
          command: ['node', 'server.js'],
          port,
          health: { path: '/health', status: 200, interval: 0.1, deadline: 30, settle: 0.3 },
        }),
      ],
    };
    this.layout = layoutOf(this.application);
    this.depend('1.0.0');
    // The sandbox's npm looks for everything on its mirror, files included.
    this.repository.write('.npmrc', 'replace-registry-host=never\n');
    this.repository.write('build.js', BUILD);
    this.repository.write('server.js', SERVER);
    this.behave({});
  }

  /** Goes on over another connection, such as after a reboot. */
  on(connection: Connection): this {
    this.#connection = connection;
    return this;
  }

  /** The behaviour of the next commit's server. */
  behave(behaviour: Behaviour): void {
    this.repository.write('behaviour.json', JSON.stringify(behaviour));
  }

  /** The dependency `dep` of the next commit, which installing finds in the repository. */
  depend(version: string, scripts: Readonly<Record<string, string>> = {}): void {
    const packed = mkdtempSync(join(tmpdir(), 'fd-release-'));
    const manifest = JSON.stringify({ name: 'dep', version });
    mkdirSync(join(packed, 'package'));
    writeFileSync(join(packed, 'package', 'package.json'), manifest);
    writeFileSync(join(packed, 'package', 'index.js'), `module.exports = '${version}';\n`);
    const file = `dep-${version}.tgz`;
    execFileSync('tar', ['-czf', join(this.repository.folder, file), '-C', packed, 'package']);
    rmSync(packed, { recursive: true });
    const dependencies = { dep: `file:${file}` };
    const own = { name: 'tiny', version: '1.0.0' };
    const all = { ...own, scripts: { build: 'node build.js', ...scripts }, dependencies };
    this.repository.write('package.json', JSON.stringify(all));
    const packages = {
      '': {
        ...own,
        dependencies,
        ...(Object.keys(scripts).length > 0 && { hasInstallScript: true }),
      },
      'node_modules/dep': { version, resolved: dependencies.dep },
    };
    const lock = { ...own, lockfileVersion: 3, requires: true, packages };
    this.repository.write('package-lock.json', JSON.stringify(lock));
  }

  /** Sets the host up as `provision` does. */
  async provision(as: Changes = {}): Promise<void> {
    const resources = plugin.resources?.(this.#context(as)) ?? [];
    const plan = await planHost(this.#connection, resources);
    const refusals = plan.unreadable.map(({ reason, hint }) => withHint(reason, hint));
    if (refusals.length > 0) throw new Error(refusals.join('\n'));
    const { changes } = await applyPlan(this.#connection, plan, describeJob('test'));
    const bad = changes.filter(({ status }) => status !== 'changed');
    if (bad.length > 0) throw new Error(JSON.stringify(bad, undefined, 2));
    await this.run(sh`mkdir -p ${this.layout.logs}`);
  }

  /** Deploys the branch's commit as `deploy` does. */
  async deploy(changes: Changes = {}): Promise<Ended> {
    const plan = await this.plan(changes);
    return plan ? this.carryOut(plan, changes) : { status: 'unchanged' };
  }

  async plan(changes: Changes = {}): Promise<ReleasePlan | undefined> {
    const { force = false, migrate = false } = changes;
    const context = this.#context(changes);
    const { environment, section } = context;
    const { directory, ...anywhere } = section;
    const find = (from: ReleaseSection) => findSource(environment, from, undefined);
    const source = await find(section).catch((error: unknown) => {
      // A folder that is missing is for the host to find, too.
      if (directory === undefined || !String(error).includes('has no folder')) throw error;
      return find(anywhere);
    });
    return planDeployment(context, source, await this.#read(source), {
      ...{ force, migrate, hosts: ['web'] },
      filesOf: () => ({}),
      migrationParts: () => changes.migrationParts ?? [],
    });
  }

  /** Rolls back as `rollback` does; default target: the release that it chooses. */
  async rollback(to?: string, changes: Changes = {}): Promise<Ended> {
    const { plan } = await this.planRollback(to, changes);
    return this.carryOut(plan, changes);
  }

  async planRollback(to?: string, changes: Changes = {}): Promise<Rollback> {
    const { state } = await this.#read();
    return planRollback(this.#context(changes), state, {
      ...(to !== undefined && { to }),
      ...{ force: changes.force ?? false, hosts: ['web'] },
    });
  }

  async carryOut(plan: ReleasePlan, { steps = (all) => all }: Changes = {}): Promise<Ended> {
    const all = steps([...plan.steps, ...this.processSteps(plan.release)]);
    const result = await runReleaseSteps(this.#connection, all, plan);
    const inputSize = plan.input?.length ?? 0;
    const said = Object.fromEntries(result.steps.map(({ name, output }) => [name, output]));
    if (!result.finished) return { status: 'cut off', inputSize, said };
    const undone = result.steps.filter(({ undo }) => undo?.status === 'failed');
    if (undone.length > 0) throw new Error(JSON.stringify(undone, undefined, 2));
    if (result.unconcluded !== undefined) throw new Error(result.unconcluded);
    const failed = result.steps.find(({ status }) => status === 'failed');
    if (failed) return { status: 'failed', step: failed.name, output: failed.output };
    return { status: 'done', inputSize, said };
  }

  /** Prints what a script prints, and throws when it fails. */
  async run(script: Script): Promise<string> {
    const { status, stdout, stderr } = await this.#connection.run(sh`
      set -eu
      ${script}`);
    if (status !== 0) throw new Error(`status ${String(status)}: ${stdout.toString()}${stderr}`);
    return stdout.toString();
  }

  /** The release's findings in `status`. */
  async status(): Promise<Finding> {
    const { read, judge } = releaseCheck(this.application);
    const [finding] = judge(await this.run(read));
    if (!finding) throw new Error('no finding');
    return finding;
  }

  /** What `status` says of scheduled jobs, a line each, of an environment with these. */
  async scheduled(schedules: readonly ScheduledJob[]): Promise<readonly string[]> {
    const { environment, host } = this.#context({ schedules });
    return runChecks(this.#connection, [scheduleCheck(environment, host)]);
  }

  /** The past deployments, the oldest first. */
  async history(): Promise<readonly HistoryEntry[]> {
    return (await this.#read()).state.history;
  }

  /** The commit that answers a client that looks at the link for each request, as nginx does. */
  serving(): Promise<string> {
    const [web] = programsOf(this.application, 1);
    if (!web) throw new Error('no process');
    return this.run(sh`
      ${findLive(this.layout)}
      ${byColour('fd_live', (colour) => sh`fd_port=${addressIn(web, colour) ?? ''}`)}
      curl -s "http://127.0.0.1:$fd_port/" || :`);
  }

  /** Where the pid of what runs in a colour is kept. */
  pidFile(colour: Colour): string {
    return `/run/${this.application.name}-${colour}.pid`;
  }

  async live(): Promise<Colour | undefined> {
    const target = await this.run(sh`readlink ${this.layout.live} || :`);
    return COLOURS.find((colour) => target.trim() === `colours/${colour}`);
  }

  /** The id of the live release; empty when there is none. */
  async current(): Promise<string> {
    const target = await this.run(sh`readlink ${`${this.layout.live}/release`} || :`);
    return target.trim().replace('../../releases/', '').split('/')[0] ?? '';
  }

  /** The releases, without a failed one that is kept for its build. */
  async releases(): Promise<readonly string[]> {
    const built = await this.built();
    return (await this.list(sh`ls -A ${this.layout.releases}`)).filter((id) => id !== built);
  }

  /** The failed release that is kept for its build; empty when there is none. */
  async built(): Promise<string> {
    return (await this.run(sh`cat ${builtFile(this.layout)} 2>/dev/null || :`)).trim();
  }

  async list(script: Script): Promise<readonly string[]> {
    return (await this.run(script)).split('\n').filter((line) => line !== '');
  }

  /**
   * All traces of releases on the host, to check that nothing was left or removed; without those
   * of a failed one that is kept for its build.
   */
  async traces(): Promise<object> {
    const { layout, application } = this;
    const built = await this.built();
    const listed = async (script: Script): Promise<readonly string[]> =>
      (await this.list(script)).filter(
        (line) => built === '' || (line !== 'built' && !line.includes(built)),
      );
    const git = sh`runuser -u ${application.user} -- git -C ${layout.repository}`;
    return {
      home: await this.list(sh`ls -A ${layout.home}`),
      live: await this.list(sh`ls -A ${layout.colours}/*; readlink ${layout.live} || :`),
      releases: await this.releases(),
      variables: await this.list(sh`ls -A ${layout.variables}`),
      shared: await listed(sh`ls -A ${layout.shared}`),
      refs: await listed(sh`${git} for-each-ref --format=${'%(refname:lstrip=2)'}`),
      worktrees: await listed(sh`ls -A ${`${layout.repository}/worktrees`} 2>/dev/null || :`),
      processes: await this.list(
        sh`for fd_pid in $(pgrep -u ${application.user} || :); do readlink "/proc/$fd_pid/cwd"; done`,
      ),
    };
  }

  async #read(source?: Source): Promise<HostReleases> {
    const { script, parse } = releasesReader(this.#context().environment, source);
    return parse(await this.run(script));
  }

  #context({
    env = {},
    health = {},
    section = {},
    schedules = [],
    command,
    fastcgi,
  }: Changes = {}): PluginContext<ReleaseSection> {
    const { folder } = this.repository;
    const processes = this.application.processes.map((process) => ({
      ...process,
      ...(command && { command }),
      ...(fastcgi && { fastcgi }),
      health: { ...process.health, ...health },
    }));
    const host = { name: 'web', address: 'web', sudo: false };
    const environment: Environment = {
      name: 'test',
      workspace: folder,
      folder,
      hosts: [host],
      sections: {},
      application: { ...this.application, env, processes, schedules },
    };
    return { ...exampleContext(overHttp(releaseSchema.parse(section)), environment), host };
  }

  /**
   * Stands in for the plugin that runs processes: starts the release of a colour by its start
   * files.
   */
  processSteps(release: Release): readonly PluginStep[] {
    const { application, layout } = this;
    const none = sh`exit 0`;
    const stop = (colour: Colour): Script => {
      const pidFile = this.pidFile(colour);
      return sh`
        if [ -f ${pidFile} ]; then
          kill "$(cat ${pidFile})" 2>/dev/null || :
          while [ -d "/proc/$(cat ${pidFile})" ]; do sleep 0.02; done
          rm ${pidFile}
        fi`;
    };
    const [before = '', after = ''] = startPath(layout, '<id>', 'web').split('<id>');
    const start = (colour: Colour): Script => sh`
      ${findReleaseId(`${colourFolder(layout, colour)}/release`, sh`exit 0`)}
      cd /
      setsid setpriv --reuid=${application.user} --regid=${application.user} --init-groups \
        env --default-signal=TERM sh ${before}"$fd_id"${after} ${colour} \
        >>${processLog(layout, 'web', colour)} 2>&1 </dev/null &
      echo $! >${this.pidFile(colour)}`;
    return [
      {
        phase: 'start',
        name: 'start web',
        run: lines(
          findColour(layout, release),
          byColour('fd_colour', stop),
          byColour('fd_colour', start),
          NOTE_GROUP,
          byColour('fd_colour', (colour) => sh`fd_note_group web "$(cat ${this.pidFile(colour)})"`),
        ),
        undo: sh`
          ${findColour(layout, release, none)}
          ${findLive(layout)}
          [ "$fd_colour" != "$fd_live" ] || exit 0
          ${byColour('fd_colour', stop)}`,
      },
      {
        phase: 'stop',
        name: 'stop web',
        run: sh`
          ${findColour(layout, release)}
          ${byColour('fd_other', stop)}`,
        undo: lines(findColour(layout, release, none), byColour('fd_other', start)),
      },
    ];
  }
}

const BUILD = `
const { writeFileSync } = require('fs');
writeFileSync('built', process.env.COMMIT + ' ' + process.env.NODE_ENV + ' ' + require('dep') + '\\n');
writeFileSync('environment', JSON.stringify(process.env));
`;
const SERVER = `
const behaviour = require('./behaviour.json');
const { status = 200, listensAfter = 0, diesAfter } = behaviour;
const server = require('http').createServer(({ url }, response) => {
  if (url === '/health' && status === 0) return;
  response.statusCode = url === '/health' ? status : 200;
  response.end(process.env.COMMIT);
});
setTimeout(() => server.listen(Number(process.env.PORT), '127.0.0.1'), listensAfter);
if (diesAfter !== undefined) {
  setTimeout(() => {
    console.error('oh dear');
    process.exit(1);
  }, diesAfter);
}
process.on('SIGTERM', () => process.exit(0));
`;

/** The section takes secrets for https only; the test's server has no certificate. */
function overHttp(section: ReleaseSection): ReleaseSection {
  if (section.origin.via !== 'fetch') return section;
  const { url } = section.origin;
  const plain = { ...url, url: url.url.replace('https:', 'http:') };
  return { ...section, origin: { via: 'fetch', url: plain } };
}
