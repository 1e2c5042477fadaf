import {
  applyPlan,
  describeJob,
  planHost,
  sh,
  startPath,
  type Application,
  type Connection,
  type DeployPlan,
  type Environment,
  type ReleaseStep,
  type Script,
} from '@fairness-deploy/core';
import { runReleaseSteps } from '@fairness-deploy/core/testing';
import { gitDeployer } from '../deployer.js';
import { plugin } from '../deployment.js';
import { releaseLayoutOf, type ReleaseLayout } from '../layout.js';
import { releaseSchema, type ReleaseSection } from '../section.js';
import { releaseStatus } from '../status.js';
import { temporaryRepository, type TemporaryRepository } from './temporary-repository.js';

/** What is different from the usual in a deployment. */
export interface Changes {
  readonly env?: Application['env'];
  readonly section?: object;
  readonly force?: boolean;
  /** What the steps are made into before they are run. */
  readonly steps?: (steps: readonly ReleaseStep[]) => readonly ReleaseStep[];
}

export type Ended =
  | { readonly status: 'unchanged' }
  | { readonly status: 'done' | 'cut off'; readonly inputSize: number }
  | { readonly status: 'failed'; readonly step: string; readonly output: string };

/** An application on a host, with its repository. */
export class Site {
  readonly repository: TemporaryRepository = temporaryRepository();
  readonly application: Application;
  readonly layout: ReleaseLayout;
  readonly #connection: Connection;

  constructor(connection: Connection, node: Application['node'], name: string, port: number) {
    this.#connection = connection;
    this.application = {
      name,
      user: name,
      home: `/srv/${name}`,
      node,
      env: {},
      processes: [
        {
          name: 'web',
          command: ['node', 'server.js'],
          port,
          env: {},
          health: { path: '/health', status: 200, interval: 0.1, deadline: 2 },
        },
      ],
    };
    this.layout = releaseLayoutOf(this.application);
    this.repository.write('package.json', PACKAGE);
    this.repository.write('package-lock.json', LOCK);
    this.repository.write('build.js', BUILD);
    this.repository.write('server.js', SERVER);
    this.answer(200);
  }

  /** What the health check of the next commit gets. */
  answer(status: number): void {
    this.repository.write('status', String(status));
  }

  /** Sets the host up as `provision` does. */
  async provision(): Promise<void> {
    const { environment, section } = this.#context();
    const host = { name: 'web', address: 'web', sudo: false };
    const resources = plugin.resources?.({ environment, host, section }) ?? [];
    const plan = await planHost(this.#connection, resources);
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

  async plan({ env = {}, section = {}, force = false }: Changes = {}): Promise<
    DeployPlan | undefined
  > {
    const context = this.#context(env, section);
    const host = { name: 'web', address: 'web', sudo: false };
    // A folder that is missing is for the host to find, too.
    const others = Object.entries(section).filter(([key]) => key !== 'directory');
    const sought = overHttp(releaseSchema.parse(Object.fromEntries(others)));
    const source = await gitDeployer.source(context.environment, sought, { force });
    const output = await this.run(gitDeployer.read({ ...context, host }));
    return gitDeployer.plan({ ...context, host }, source, output, { force });
  }

  async carryOut(plan: DeployPlan, { steps = (all) => all }: Changes = {}): Promise<Ended> {
    const all = steps([...plan.steps, ...this.#processSteps()]);
    const result = await runReleaseSteps(this.#connection, all, plan.input);
    if (!result.finished) return { status: 'cut off', inputSize: plan.input?.length ?? 0 };
    const undone = result.steps.filter(({ undo }) => undo?.status === 'failed');
    if (undone.length > 0) throw new Error(JSON.stringify(undone, undefined, 2));
    const failed = result.steps.find(({ status }) => status === 'failed');
    if (failed) return { status: 'failed', step: failed.name, output: failed.output };
    return { status: 'done', inputSize: plan.input?.length ?? 0 };
  }

  /** Prints what a script prints, and throws when it fails. */
  async run(script: Script): Promise<string> {
    const { status, stdout, stderr } = await this.#connection.run(sh`
      set -eu
      ${script}`);
    if (status !== 0) throw new Error(`status ${String(status)}: ${stdout.toString()}${stderr}`);
    return stdout.toString();
  }

  /** Of what `status` tells, whatever its own status. */
  async status(): Promise<string> {
    return (await this.#connection.run(releaseStatus(this.layout))).stdout.toString();
  }

  /** The commit that answers. */
  serving(): Promise<string> {
    const [web] = this.application.processes;
    return this.run(sh`curl -s ${`http://127.0.0.1:${String(web?.port)}/`} || :`);
  }

  /** The id of the current release; empty when there is none. */
  async current(): Promise<string> {
    const target = await this.run(sh`readlink ${this.layout.current} || :`);
    return target.trim().replace('releases/', '').split('/')[0] ?? '';
  }

  releases(): Promise<readonly string[]> {
    return this.list(sh`ls -A ${this.layout.releases}`);
  }

  async list(script: Script): Promise<readonly string[]> {
    return (await this.run(script)).split('\n').filter((line) => line !== '');
  }

  /** All that is on the host of releases, to see that nothing was left or taken. */
  async traces(): Promise<object> {
    const { layout, application } = this;
    const git = sh`runuser -u ${application.user} -- git -C ${layout.repository}`;
    return {
      home: await this.list(sh`ls -A ${layout.home}`),
      releases: await this.releases(),
      environments: await this.list(sh`ls -A ${layout.environments}`),
      shared: await this.list(sh`ls -A ${layout.shared}`),
      refs: await this.list(sh`${git} for-each-ref --format=${'%(refname:lstrip=2)'}`),
      worktrees: await this.list(sh`ls -A ${`${layout.repository}/worktrees`} 2>/dev/null || :`),
    };
  }

  #context(
    env: Application['env'] = {},
    section: object = {},
  ): { readonly environment: Environment; readonly section: ReleaseSection } {
    const { folder } = this.repository;
    const application = { ...this.application, env };
    return {
      environment: {
        name: 'test',
        workspace: folder,
        folder,
        hosts: [],
        sections: {},
        application,
      },
      section: overHttp(releaseSchema.parse(section)),
    };
  }

  /** What stands in for the plugin that runs processes: it starts what is current, as that says. */
  #processSteps(): readonly ReleaseStep[] {
    const { application, layout } = this;
    const pidFile = `/run/${application.name}.pid`;
    const stop = sh`
      if [ -f ${pidFile} ]; then
        kill "$(cat ${pidFile})" 2>/dev/null || :
        while [ -d "/proc/$(cat ${pidFile})" ]; do sleep 0.02; done
        rm ${pidFile}
      fi`;
    const [before = '', after = ''] = startPath(layout, '<id>', 'web').split('<id>');
    const start = sh`
      [ -L ${layout.current} ] || exit 0
      fd_id=$(readlink ${layout.current})
      fd_id=\${fd_id#releases/}
      fd_id=\${fd_id%%/*}
      cd /
      setsid setpriv --reuid=${application.user} --regid=${application.user} --init-groups \
        sh -euc '. "$1"' sh ${before}"$fd_id"${after} >>${`${layout.logs}/web.log`} 2>&1 </dev/null &
      echo $! >${pidFile}`;
    return [
      { phase: 'stop', name: 'stop web', run: stop, undo: start },
      { phase: 'start', name: 'start web', run: start, undo: stop },
    ];
  }
}

const PACKAGE = '{"name":"tiny","version":"1.0.0","scripts":{"build":"node build.js"}}';
const LOCK =
  '{"name":"tiny","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"tiny","version":"1.0.0"}}}';
const BUILD = `
const { writeFileSync } = require('fs');
writeFileSync('built', process.env.COMMIT + ' ' + process.env.NODE_ENV + '\\n');
writeFileSync('environment', JSON.stringify(process.env));
`;
const SERVER = `
const { readFileSync } = require('fs');
require('http')
  .createServer(({ url }, response) => {
    response.statusCode = url === '/health' ? Number(readFileSync('status', 'utf8')) : 200;
    response.end(process.env.COMMIT);
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

/** The section takes secrets for https only; the test's server has no certificate. */
function overHttp(section: ReleaseSection): ReleaseSection {
  if (section.origin.via !== 'fetch') return section;
  const { url } = section.origin;
  const plain = { ...url, url: url.url.replace('https:', 'http:') };
  return { ...section, origin: { via: 'fetch', url: plain } };
}
