import { type ReleaseStep } from '../order/release-step.js';
import { type Connection, notice, type Script, sh } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { runReleaseSteps } from '../testing/run-release-steps.js';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from '../section/section.js';
import { hookSteps } from './hooks.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { application } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

let test: TestHost;
let connection: Connection;

const layout = layoutOf(application);
const id = '20261123-101502-3f2a1bc';
const commit = '3f2a1bc'.padEnd(40, '0');
const release = releaseIn(layout, {
  id,
  commit,
  directory: 'app',
  programs: [],
  runtime: { node: '20.20.2' },
});

beforeAll(async () => {
  test = await startTestHost('hooks');
  connection = await test.connect();
  await run(sh`
    useradd --system --home-dir ${layout.home} ${application.user}
    mkdir -p ${[release.path, layout.userHome, layout.colours, layout.variables]}
    chown -R ${application.user}: ${layout.releases} ${layout.userHome}`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

async function run(script: Script): Promise<string> {
  const { status, stdout, stderr } = await connection.run(sh`
    set -eu
    ${script}`);
  if (status !== 0) throw new Error(`status ${String(status)}: ${stdout.toString()}${stderr}`);
  return stdout.toString();
}

const specOf = (hooks: readonly object[], workspace = '/'): ReleaseSpec => ({
  ...{ application, layout, release },
  environment: { name: 'prod', workspace },
  hosts: ['web'],
  section: releaseSchema.parse({ hooks }),
  transfer: { from: 'host' },
  configuration: {},
  about: deploymentOf({ release: id, commit }),
});

/** Runs hooks within a deployment whose own steps leave a trace, and so do their undos. */
async function deploy(hooks: readonly object[], workspace = temporaryFolder()) {
  const trace = '/run/trace';
  await run(sh`: >${trace}; chmod 666 ${trace}`);
  const own = (phase: ReleaseStep['phase']): ReleaseStep => ({
    phase,
    name: phase,
    run: sh`echo ${phase} >>${trace}`,
    undo: sh`echo ${`undo ${phase}`} >>${trace}`,
  });
  const steps = [
    ...[own('build'), own('activate'), own('clean')],
    ...hookSteps(specOf(hooks, workspace)),
  ];
  const said: string[] = [];
  const result = await runReleaseSteps(
    connection,
    steps,
    {},
    {
      observer: { stepOutput: (_, bytes) => said.push(...bytes.toString().split('\n')) },
      connect: () => test.connect(),
    },
  );
  const failed = result.steps.find(({ status }) => status === 'failed');
  return {
    failed: failed?.name,
    output: failed?.output.trim(),
    said: said.filter((line) => line !== ''),
    trace: (await run(sh`cat ${trace}`)).trimEnd().split('\n'),
  };
}

describe('hooks on a host', () => {
  it("run at their places, in the file's order, as the application's user in the release", async () => {
    const workspace = temporaryFolder();
    const note = 'echo "$NAME" >>/run/trace';
    const { failed, said, trace } = await deploy(
      [
        { after: 'build', run: note, env: { NAME: 'after build 1' } },
        { after: 'build', run: note, env: { NAME: 'after build 2' } },
        { before: 'build', run: note, env: { NAME: 'before build' } },
        {
          before: 'activate',
          run: 'id -un; pwd; echo "$COMMIT $RELEASE $NODE_ENV $TOKEN $EXTRA"; printf %s "$PATH"',
          env: { EXTRA: "it's" },
        },
        { after: 'clean', run: 'pwd; echo "$HOSTS $RELEASE"; touch here', on: 'client' },
      ],
      workspace,
    );
    expect(failed).toBeUndefined();
    expect(trace).toEqual([
      ...['before build', 'build', 'after build 1', 'after build 2', 'activate', 'clean'],
    ]);
    expect(said).toEqual([
      application.user,
      release.path,
      `${commit} ${id} production s3cret it's`,
      '/opt/node/20.20.2/bin:/usr/local/bin:/usr/bin:/bin',
      workspace,
      `web ${id}`,
    ]);
  });

  it('that fail before the switch leave everything as it was', async () => {
    const { failed, output, trace } = await deploy([
      { before: 'activate', run: 'echo "no database"; false; echo not here' },
    ]);
    expect(failed).toBe('before activate: echo "no database"; false; echo not here');
    expect(output).toBe('no database');
    expect(trace).toEqual(['build', 'undo build']);
  });

  it('that fail after it have everything undone, on the client too', async () => {
    const { failed, output, trace } = await deploy([
      { after: 'activate', run: 'echo "the CDN\u0007 says no" >&2; exit 7', on: 'client' },
    ]);
    expect(failed).toMatch(/^after activate: echo/);
    expect(output).toBe(
      'Stopped: Cannot finish the command on this machine: status 7\nthe CDN says no',
    );
    expect(trace).toEqual(['build', 'activate', 'undo activate', 'undo build']);
  });

  it('that are optional only warn', async () => {
    const { failed, said, trace } = await deploy([
      { before: 'activate', run: 'exit 4', optional: true },
      { before: 'activate', run: 'exit 5', optional: true, on: 'client' },
    ]);
    expect(failed).toBeUndefined();
    expect(trace).toEqual(['build', 'activate', 'clean']);
    expect(said).toEqual([
      notice('Warning: the optional hook failed: status 4'),
      notice(
        'Warning: the optional hook failed: Cannot finish the command on this machine: status 5',
      ),
    ]);
  });

  it('are ended when they take too long', async () => {
    const { failed, output } = await deploy([{ after: 'build', run: 'sleep 60', timeout: 0.5 }]);
    expect(failed).toBe('after build: sleep 60');
    expect(output).toBe('Cannot finish the command: it was ended after 0.5 s');
    const late = await deploy([{ after: 'build', run: 'sleep 60', timeout: 0.5, on: 'client' }]);
    expect(late.output).toContain('it was ended after 0.5 s');
  });

  it('keep secrets out of command lines', async () => {
    const env = { HOOK: Text.of(new Secret('hook', 'h00k-secret')) };
    const { said } = await deploy([
      {
        after: 'build',
        run: 'echo "$HOOK" | wc -c; cat /proc/[0-9]*/cmdline | tr -d "\\0" | grep -c h00k-s[e]cret || :',
        env,
      },
    ]);
    expect(said).toEqual(['12', '0']);
  });
});
