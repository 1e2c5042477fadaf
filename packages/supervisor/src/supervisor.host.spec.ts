import { aptPackages, type Resource } from '@fairness-deploy/core/resources';
import { type Application } from '@fairness-deploy/core';
import { planHost } from '@fairness-deploy/core/engine';
import {
  addressIn,
  byColour,
  findColour,
  findLive,
  layoutOf,
  programsOf,
  startPath,
  type Release,
  type ReleaseStep,
} from '@fairness-deploy/release';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { powerOff, powerOn } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applyResources,
  checkResourceContract,
  exampleContext,
  runChecks,
  runScript,
} from '@fairness-deploy/core/testing';
import {
  writeConfiguration,
  linkTo,
  releaseFilesOf,
  releaseStepsOf,
  runReleaseSteps,
} from '@fairness-deploy/release/testing';
import { plugin } from './supervisor-plugin.js';
import { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';
import { sectionSchema } from './section.js';
import { supervisorProgram } from './supervisor-program.js';
import { application, environment } from './testing/environment.js';

const layout = layoutOf(application);
let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('supervisor');
  connection = await test.connect();
  await succeed(aptPackages({ names: ['supervisor'] }).plan('')?.apply ?? sh`false`);
  await succeed(sh`
    useradd --system --home-dir /srv/shop shop
    mkdir -p /srv/shop/releases /srv/shop/colours/blue /srv/shop/colours/green ${[layout.variables, layout.configuration]}
    chown -R shop: /srv/shop`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const run = (script: Script) => runScript(connection, script);
const provision = (resources: readonly Resource[]) => applyResources(connection, resources);

async function succeed(script: Script): Promise<string> {
  const { status, text, stderr } = await run(script);
  expect({ status, stderr: status === 0 ? '' : stderr + text }).toEqual({ status: 0, stderr: '' });
  return text;
}

const context = () => exampleContext(sectionSchema.parse({}), environment);
const resources = () => plugin.resources?.(context()) ?? [];
const steps = (release: Release) => releaseStepsOf(plugin, context(), release);

/** Its processes speak no HTTP: nothing asks for their health. */
const mute = application.processes.map((process) => {
  const { status, interval, deadline, settle } = process.health;
  return { ...process, health: { status, interval, deadline, settle } };
});

/** What the plugin's checks find, a line each, but that Supervisor runs. */
async function checked(): Promise<readonly string[]> {
  const ofMute = { ...environment, application: { ...application, processes: mute } };
  const checks = plugin.checks?.(exampleContext(sectionSchema.parse({}), ofMute));
  const found = await runChecks(connection, checks);
  return found.filter((line) => !line.startsWith('ok supervisor: runs since '));
}

const states = sh`supervisorctl status || :`;
/** Of the live ones. */
const pids = sh`
  ${findLive(layout)}
  supervisorctl pid shop-"$fd_live":api || :
  supervisorctl pid shop-"$fd_live":client || :`;

/** How a release differs from others. */
interface Made {
  readonly folder?: string;
  /** Its processes; by default those of the environment. */
  readonly processes?: Application['processes'];
  /** For how long Supervisor takes a process for starting. */
  readonly startSeconds?: number;
  readonly stopSeconds?: number;
}

/** Where a release is; the folder within it is the application's. */
function place(
  id: string,
  { folder = '', processes = PROCESSES, stopSeconds }: Made = {},
): Release {
  const own = processes.map((one) => ({
    ...one,
    ...(stopSeconds !== undefined && { stopSeconds }),
  }));
  return {
    id,
    commit: id,
    path: `/srv/shop/releases/${id}${folder}`,
    variablesFile: `/srv/shop/shared/env/${id}`,
    programs: programsOf({ ...application, processes: own }, 1),
  };
}

const PROCESSES = application.processes;

/** A release whose processes run a shell script; with all that releases have. */
async function release(id: string, script: Script, made: Made = {}): Promise<Release> {
  const { processes = PROCESSES, startSeconds = 1 } = made;
  const own = place(id, made);
  const of = exampleContext(sectionSchema.parse({}), {
    ...environment,
    application: { ...application, processes },
  });
  const files = Object.entries(releaseFilesOf(plugin, of, own)).map(([name, text]) => [
    name,
    text.replaceAll('startsecs=1\n', `startsecs=${String(startSeconds)}\n`),
  ]);
  await succeed(
    writeConfiguration(layout, own, Object.fromEntries(files) as Record<string, string>),
  );
  await succeed(sh`
    mkdir -p ${own.path}
    printf '%s\n' ${script.reveal()} >${`${own.path}/main.sh`}`);
  for (const program of own.programs) {
    const { name } = program;
    const start = sh`
      set -a
      RELEASE=${id}
      ${byColour('1', (colour) => sh`PORT=${String(addressIn(program, colour) ?? '')}`)}
      set +a
      cd -- ${own.path}
      exec /bin/sh main.sh ${`it's ${name}; #1 $HOME %(here)s`}`;
    const file = startPath(layout, id, name);
    await succeed(sh`
      printf '%s\n' ${start.reveal()} >${file}
      chown shop: ${file}
      chmod 600 ${file}`);
  }
  return own;
}

/** Puts a release into the colour that is free, gives it the traffic, and empties the other, as the section release does. */
const moves = (own: Release): readonly ReleaseStep[] => [
  {
    phase: 'start',
    name: 'prepare colour',
    run: sh`
      ${findLive(layout)}
      ln -sfn ${linkTo(layout, own)} ${layout.colours}/"$fd_idle"/release`,
    undo: sh`
      ${findColour(layout, own)}
      rm ${layout.colours}/"$fd_colour"/release`,
  },
  {
    phase: 'activate',
    name: 'switch',
    run: sh`
      ${findColour(layout, own)}
      rm -f /srv/shop/before
      cp -P ${layout.live} /srv/shop/before 2>/dev/null || :
      ln -sfn colours/"$fd_colour" ${layout.live}`,
    undo: sh`
      rm ${layout.live}
      mv /srv/shop/before ${layout.live} 2>/dev/null || :`,
  },
  {
    phase: 'clean',
    name: 'free colour',
    run: sh`
      ${findColour(layout, own)}
      rm -f ${layout.colours}/"$fd_other"/release`,
  },
];

/** Deploys a release, in one job; prints what failed, and why. */
async function deploy(
  own: Release,
  more: readonly ReleaseStep[] = [],
): Promise<Readonly<Record<string, string>>> {
  const result = await runReleaseSteps(connection, [...moves(own), ...steps(own), ...more]);
  expect(result.finished).toBe(true);
  expect(result.steps.filter(({ undo }) => undo?.status === 'failed')).toEqual([]);
  // Who listens may not count as started yet.
  await succeed(sh`
    fd_left=5
    while [ "$fd_left" -gt 0 ] && supervisorctl status | grep -q STARTING; do
      sleep 0.4
      fd_left=$((fd_left - 1))
    done`);
  const failed = result.steps.filter(({ status }) => status === 'failed');
  return Object.fromEntries(failed.map(({ name, output }) => [name, output]));
}

const asserts = (phase: ReleaseStep['phase'], run: Script): ReleaseStep => ({
  phase,
  name: `assert in ${phase}`,
  run,
});

/** What supervisorctl says: `api:blue RUNNING`, sorted. */
const colours = async (): Promise<readonly string[]> =>
  (await succeed(states))
    .split('\n')
    .flatMap((line) => /^shop-((?:blue|green)\S*) +(\S+)/.exec(line)?.slice(1, 3).join(' ') ?? [])
    .sort();

const count = async (state: string): Promise<number> =>
  (await colours()).filter((line) => line.endsWith(` ${state}`)).length;

const folderOf = (program: string): Promise<string> =>
  succeed(sh`readlink "/proc/$(supervisorctl pid ${program})/cwd"`);

/** Listens on its port. */
const LISTEN =
  'IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ENV{PORT}, Listen => 5, ReuseAddr => 1) or die "$!\n"; sleep 1000';

/** What a good release's processes do: tell what they got, and listen, in a process of their own. */
const STAY = sh`
  echo "$0 $1 port=$PORT release=$RELEASE cwd=$(pwd) user=$(id -un)"
  trap 'kill $!; exit 0' TERM
  perl -MIO::Socket::INET -e ${`my $s = ${LISTEN}`} &
  wait`;

describe('Supervisor on a real host', () => {
  it('is set up, and finds nothing to do then', async () => {
    expect(new Set(Object.values(await provision(resources())))).toEqual(new Set(['done']));
    expect(await provision(resources())).toEqual({});
    expect(await colours()).toEqual([]);
    expect(await checked()).toEqual(['fail traffic: no release has the traffic → deploy one']);
  });

  it('starts a release as it says, in the colour that it has', async () => {
    const first = await release('r1', STAY);
    expect(steps(first).map(({ phase, name }) => `${phase}: ${name}`)).toEqual([
      'start: start',
      'stop: stop',
    ]);
    expect(await deploy(first)).toEqual({});
    expect(
      await succeed(
        sh`tail -n 1 /var/log/shop/api-blue.log; tail -n 1 /var/log/shop/client-blue.log`,
      ),
    ).toBe(
      ['api', 'client']
        .map(
          (name, at) =>
            `main.sh it's ${name}; #1 $HOME %(here)s port=${String(3000 + at)} release=r1 cwd=/srv/shop/releases/r1 user=shop\n`,
        )
        .join(''),
    );
    expect(await checked()).toEqual([
      expect.stringMatching(/^ok api: RUNNING, uptime .*, release r1$/),
      expect.stringMatching(/^ok client: RUNNING, .*, release r1$/),
    ]);
  });

  it('starts the next one beside it, until that is stopped', async () => {
    const before = await succeed(sh`supervisorctl pid shop-blue:api`);
    const ended = await deploy(await release('r2', STAY), [
      asserts(
        'check',
        sh`
          supervisorctl status shop-blue:api shop-green:api
          [ "$(supervisorctl pid shop-blue:api)" = ${before.trim()} ]
          (
          ${plugin.checks?.(context()).find(({ name }) => name === 'processes')?.read ?? sh`false`}
          ) | grep -qx 'listens shop-blue:api'`,
      ),
    ]);
    expect(ended).toEqual({});
    expect(await colours()).toEqual(['green:api RUNNING', 'green:client RUNNING']);
    expect(await folderOf('shop-green:client')).toBe('/srv/shop/releases/r2\n');
    expect(await succeed(sh`tail -n 1 /var/log/shop/api-green.log`)).toContain('port=3100');
  });

  it('does not wait for longer than it takes to listen', async () => {
    // It would have waited until they are RUNNING.
    const early = asserts('check', sh`supervisorctl status shop-blue:api | grep STARTING`);
    expect(await deploy(await release('r1', STAY, { startSeconds: 3600 }), [early])).toEqual({});
    expect(await deploy(await release('r2', STAY))).toEqual({});
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  /** On a busy machine a process that dies at once takes seconds to do so, and must not pass for started. */
  const PATIENTLY = { startSeconds: 8 };

  it('shows what a process printed that does not stay up, stops all, and leaves the live ones alone', async () => {
    const before = await succeed(pids);
    const bad = await release(
      'bad',
      sh`
      case $1 in
        *client*)
          ${STAY}
          ;;
      esac
      echo 'Error: no database' >&2
      exit 3`,
      PATIENTLY,
    );
    expect(await deploy(bad)).toEqual({
      start: expect.stringMatching(
        /shop-green:api: BACKOFF Exited too quickly .* What it printed:\nError: no database\n/,
      ) as unknown,
    });
    expect(await colours()).toEqual(['blue:api RUNNING', 'blue:client RUNNING']);
    expect(await succeed(pids)).toBe(before);
    expect(await succeed(sh`pgrep -u shop -fc main.sh`)).toBe('2\n');
  });

  it('takes no listening process for its own but those that it has started, of any user', async () => {
    // In the environment of the program, and in the release's folder: all that another user can fake.
    const squat = (port: number) => sh`
      id -u mallory >/dev/null 2>&1 || useradd --create-home mallory
      cd /srv/shop/releases/r2
      setsid setpriv --reuid=mallory --regid=mallory --clear-groups env PORT=${port} \
        SUPERVISOR_GROUP_NAME=shop-green SUPERVISOR_PROCESS_NAME=api RELEASE=r2 \
        perl -MIO::Socket::INET -e ${`my $squatter = ${LISTEN}`} >/dev/null 2>&1 </dev/null &
      until [ -n "$(ss -Hltn ${`sport = :${String(port)}`})" ]; do sleep 0.1; done`;
    await succeed(squat(3100));
    const before = await succeed(pids);
    // It ends when its server does.
    const taken = sh`exec perl -MIO::Socket::INET -e ${`my $s = ${LISTEN}`}`;
    expect(await deploy(await release('r2', taken, PATIENTLY))).toEqual({
      start: expect.stringMatching(
        /shop-green:api: (BACKOFF|EXITED|FATAL) [^]*Address already in use\n3100 is in use: process \d+ \(perl\) of mallory listens there\nCannot start .*does not stay up/,
      ) as unknown,
    });
    expect(await succeed(pids)).toBe(before);
    // Stopping and undoing has left the other user's process alone.
    expect(await succeed(sh`pgrep -u mallory -fc squatter`)).toBe('1\n');
    await succeed(sh`pkill -u mallory -f squatter`);
    expect(await deploy(await release('r2', STAY))).toEqual({});

    // The live process has lost its port, and runs on.
    const deaf = await release('deaf-port', sh`sleep 1000`);
    await succeed(squat(3000));
    expect(await deploy(deaf)).toEqual({});
    expect((await checked())[0]).toMatch(
      /^fail api: RUNNING, .*, but it does not listen on 3000; 3000 is taken by process \d+ \(.*\) of mallory → see \/var\/log\/shop\/api-blue\.log$/,
    );
    await succeed(sh`pkill -u mallory -f squatter`);
    expect(await deploy(await release('r2', STAY))).toEqual({});
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('notes which process it has started, for the checks behind it', async () => {
    const next = await release('r2', STAY);
    const noted = asserts(
      'check',
      sh`
        read -r fd_pid fd_start <"$FD_JOB/group-api"
        ${findColour(layout, next)}
        [ "$fd_pid" = "$(supervisorctl pid shop-"$fd_colour":api)" ]
        [ "$fd_start" -gt 0 ]
        [ ! -e "$FD_JOB/group-worker" ]`,
    );
    expect(await deploy(next, [noted])).toEqual({});
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('starts the previous release again when the new one turns out bad once it is alone', async () => {
    const next = await release('r2', STAY);
    const alone = asserts('stop', sh`supervisorctl status | grep -cE 'RUNNING|STARTING'; false`);
    const ended = await deploy(next, [{ ...alone, place: 'last', required: true }]);
    expect(ended).toEqual({ 'assert in stop': '2\n' });
    expect(await succeed(sh`readlink ${layout.live}`)).toBe('colours/blue\n');
    expect(await folderOf('shop-blue:api')).toBe('/srv/shop/releases/r1\n');
    expect(await colours()).toEqual(['blue:api RUNNING', 'blue:client RUNNING']);
  });

  it('says to deploy again a release whose configuration is gone', async () => {
    const next = await release('r2', STAY);
    await succeed(sh`rm -r ${`${layout.configuration}/r2`}`);
    expect((await deploy(next))['start']).toContain('supervisor-green.conf');
    expect(await succeed(sh`ls /etc/supervisor/conf.d`)).toBe('shop-blue.conf\n');
    await release('r2', STAY);
  });

  it('shows the state of a program that Supervisor could not start, or that ended at its start', async () => {
    const log = '/var/log/shop/client-green.log';
    await succeed(sh`rm -f ${log}; mkdir ${log}`);
    const ended = await deploy(place('r2'));
    await succeed(sh`rmdir ${log}`);
    expect(ended['start']).toMatch(
      /shop-green:client: (BACKOFF|FATAL) .*EISDIR.* What it printed:\n(.*\n)*Cannot start shop-green:client: it does not stay up, see above\n$/,
    );
    expect(await succeed(sh`supervisorctl status | grep -c RUNNING`)).toBe('2\n');
  });

  it('leaves the previous processes running until nothing can be undone', async () => {
    const slow = await release('slow', sh`sleep 1.5; ${STAY}`);
    expect(await deploy(slow)).toEqual({});
    const before = await succeed(pids);
    const ended = await deploy(await release('r2', STAY), [asserts('confirm', sh`false`)]);
    expect(ended).toEqual({ 'assert in confirm': '' });
    expect(await succeed(pids)).toBe(before);
    expect(await colours()).toEqual(['green:api RUNNING', 'green:client RUNNING']);
    expect(await folderOf('shop-green:api')).toBe('/srv/shop/releases/slow\n');
    expect(await succeed(sh`readlink /srv/shop/live; ls /srv/shop/colours/blue`)).toBe(
      'colours/green\n',
    );
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('does not stop the live release when traffic could not be moved back', async () => {
    const [start] = steps(place('r1'));
    const before = await succeed(pids);
    await succeed(start?.undo ?? sh`false`);
    expect(await succeed(pids)).toBe(before);
  });

  it('restarts a process that ends by itself, and stops it with all that it started', async () => {
    const before = (await succeed(pids)).split('\n')[0] ?? '';
    await succeed(sh`
      kill ${before}
      until fd_now=$(supervisorctl pid shop-blue:api) && [ "$fd_now" != ${before} ]; do sleep 0.5; done`);
    expect(await deploy(await release('r2', STAY))).toEqual({});
    expect(await succeed(sh`pgrep -u shop -fc '/releases/r1|main.sh' || :`)).toBe('2\n');
    expect(await succeed(sh`pgrep -u shop -c perl`)).toBe('2\n');
  });

  it('starts stopped processes, and at once those that Supervisor would retry later', async () => {
    const processes = resources().filter(({ address }) => address === 'supervisor-processes:shop');
    const ends = async (): Promise<string | undefined> =>
      (await provision(processes))['supervisor-processes:shop'];
    await succeed(sh`
      ${findLive(layout)}
      supervisorctl stop shop-"$fd_live":api`);
    expect(await ends()).toBe('done');
    expect(await ends()).toBeUndefined();
    await expect.poll(() => count('RUNNING')).toBe(2);

    const main = sh`"$(readlink -f ${layout.live}/release)"/main.sh`;
    await succeed(sh`
      mv ${main} ${main}.away
      pkill -u shop -f main.sh
      until [ "$(supervisorctl status | grep -c BACKOFF)" = 2 ]; do sleep 0.1; done`);
    // Each time its pause grows.
    for (let time = 0; time < 4; time++) {
      expect(await ends()).toMatch(/cannot open main\.sh[^]*Cannot start .*it does not stay up/i);
    }
    await succeed(sh`mv ${main}.away ${main}`);
    expect(await ends()).toBe('done');
    expect(await ends()).toBeUndefined();
    await expect.poll(() => count('RUNNING')).toBe(2);
  });

  it('does not take a supervisord that hangs, or was killed, for one whose processes run', async () => {
    const processes = resources().filter(({ address }) => address === 'supervisor-processes:shop');
    const reasons = async (): Promise<readonly string[]> =>
      (await planHost(connection, processes)).unreadable.map(({ reason }) => reason);
    const signal = (name: string): Script =>
      sh`kill -s ${name} "$(systemctl show -p MainPID --value supervisor)"`;
    await succeed(signal('STOP'));
    expect(await reasons()).toEqual([
      expect.stringContaining('Cannot ask which processes run: supervisord does not answer'),
    ]);
    await succeed(signal('CONT'));
    expect(await reasons()).toEqual([]);
    // Its socket stays, and its service has to be started first.
    await succeed(sh`
      systemctl mask --runtime supervisor
      ${signal('KILL')}
      until ! systemctl is-active --quiet supervisor; do sleep 0.1; done
      [ -S /run/supervisor.sock ]`);
    expect(await reasons()).toEqual([]);
    await succeed(sh`
      systemctl unmask --runtime supervisor
      systemctl start supervisor`);
    await expect.poll(() => count('RUNNING')).toBe(2);
  });

  it('stops a program that waits for a restart, and one that ignores SIGTERM', async () => {
    // They ignore what asks them to end, and are killed.
    const quick = { stopSeconds: 1 };
    const deaf = sh`trap '' TERM; while :; do sleep 1; done`;
    expect(await deploy(await release('deaf', deaf, quick))).toEqual({});
    const next = await release('r2', STAY, quick);
    const crash = asserts(
      'drain',
      sh`
        ${findColour(layout, next)}
        kill -9 "-$(supervisorctl pid shop-"$fd_other":api)" "-$(supervisorctl pid shop-"$fd_other":client)"`,
    );
    expect(await deploy(next)).toEqual({});
    expect(await deploy(await release('r1', STAY, quick))).toEqual({});
    expect(await deploy(next, [crash])).toEqual({});
    await succeed(sh`sleep 2`);
    const running = (await colours()).filter((line) => line.includes('RUNNING'));
    expect(running).toHaveLength(2);
    expect((await succeed(pids)).split('\n')).not.toContain('0');
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('kills child processes that outlive their parent', async () => {
    const outliving = sh`
      perl -MIO::Socket::INET -e ${`$SIG{TERM} = "IGNORE"; my $s = ${LISTEN}`} &
      trap 'exit 0' TERM
      wait`;
    const quick = { stopSeconds: 1 };
    expect(await deploy(await release('outliving', outliving, quick))).toEqual({});
    expect(await succeed(sh`pgrep -u shop -fc IGNORE`)).toBe('2\n');
    expect(await deploy(await release('r1', STAY))).toEqual({});
    expect(await succeed(sh`pgrep -u shop -fc IGNORE || :`)).toBe('0\n');
  });

  it.each<[string, string, readonly string[]]>([
    ['that ended by itself at once', '0.3', []],
    ['that ended by itself later', '2', []],
    ['whose server is a daemon', '2', ['setsid']],
  ])('leaves nothing behind of a process %s, either', async (_, seconds, as) => {
    const crashing = sh`
      ${as} perl -MIO::Socket::INET -e ${`my $orphan = ${LISTEN}`} &
      # Another daemon: in a session of its own, whose first process has ended.
      setsid sh -c 'sleep 1234 &'
      # Or what is not there yet can't be left behind.
      until ss -Hltn "sport = :$PORT" | grep -q .; do sleep 0.1; done
      sleep ${seconds}
      exit 1`;
    const fails = asserts('check', sh`sleep 3; false`);
    expect(await deploy(await release('crashing', crashing), [fails])).not.toEqual({});
    expect(await succeed(sh`pgrep -u shop -fc orphan || :`)).toBe('0\n');
    await succeed(sh`pkill -u shop -fx 'sleep 1234'`);
    expect(await deploy(await release('r2', STAY))).toEqual({});
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('starts only the live release when the host has lost power', async () => {
    expect(await deploy(await release('r2', STAY))).toEqual({});
    await connection.close();
    await powerOff(test.host);
    await powerOn(test.host);
    connection = await test.connect();
    await expect.poll(() => count('RUNNING')).toBe(2);
    expect(await colours()).toEqual(['green:api RUNNING', 'green:client RUNNING']);
    expect(await folderOf('shop-green:api')).toBe('/srv/shop/releases/r2\n');
    expect((await checked()).map((line) => line.split(' ')[0])).toEqual(['ok', 'ok']);
    expect(await deploy(await release('r1', STAY))).toEqual({});
  });

  it('waits for a supervisord that has just been started, and not for one that does not run', async () => {
    const [start] = steps(place('r1'));
    const again = start?.run ?? sh`false`;
    await succeed(sh`systemctl stop supervisor`);
    expect((await run(again)).stderr).toBe(
      'Cannot reach supervisord: it has no socket\n  → see: systemctl status supervisor\n',
    );
    // A moment later it has none yet.
    expect(
      (
        await run(sh`
      systemctl start supervisor
      FD_JOB=$(mktemp -d)
      ${again}`)
      ).stderr,
    ).toBe('');
    expect(await folderOf('shop-blue:api')).toBe('/srv/shop/releases/r1\n');
  });

  it('leaves nothing to be undone by hand where supervisord does not run', async () => {
    await succeed(sh`systemctl stop supervisor`);
    expect(await deploy(await release('unreachable', STAY))).toEqual({
      start: 'Cannot reach supervisord: it has no socket\n  → see: systemctl status supervisor\n',
    });
    await succeed(sh`systemctl start supervisor`);
    await expect.poll(() => count('RUNNING')).toBe(2);
  });

  it('says that a host without Supervisor has to be provisioned', async () => {
    await succeed(sh`mv /usr/bin/supervisord /usr/bin/supervisord.away`);
    const findings = await checked();
    await succeed(sh`mv /usr/bin/supervisord.away /usr/bin/supervisord`);
    expect(findings).toEqual([
      'fail supervisor: it is not installed → provision',
      'fail processes: cannot be checked: Cannot ask for the processes: Supervisor is not installed → provision first',
    ]);
  });

  it('replaces renamed, new and removed processes with the release that names them', async () => {
    const [api, client] = PROCESSES;
    if (!api || !client) throw new Error('no process');
    const processes = [
      // On the port of what it was called before.
      { ...client, name: 'web' },
      { ...api, name: 'worker', port: 4001, alternatePort: 4101 },
    ];
    const changed = {
      ...context(),
      environment: { ...environment, application: { ...application, processes } },
    };
    const before = await succeed(pids);
    expect(await provision(plugin.resources?.(changed) ?? [])).toEqual({});
    expect(await succeed(pids)).toBe(before);

    // It fails at the last moment: what was before it is as it was.
    const next = await release('r3', STAY, { processes });
    const both = asserts('confirm', sh`supervisorctl status | grep -cE 'RUNNING|STARTING'; false`);
    expect(await deploy(next, [both])).toEqual({ 'assert in confirm': '4\n' });
    expect(await succeed(pids)).toBe(before);
    expect(await colours()).toEqual(['blue:api RUNNING', 'blue:client RUNNING']);

    expect(await deploy(next)).toEqual({});
    expect(await colours()).toEqual(['green:web RUNNING', 'green:worker RUNNING']);
    expect(await folderOf('shop-green:web')).toBe('/srv/shop/releases/r3\n');
    expect((await checked()).map((line) => line.split(':')[0])).toEqual(['ok web', 'ok worker']);
    // A rollback has the programs of its time again.
    expect(await deploy(place('r1'))).toEqual({});
    expect(await colours()).toEqual(['blue:api RUNNING', 'blue:client RUNNING']);
  });

  it('has systemd limit the memory of a process, and says where the kernel does not do it', async () => {
    const processes = PROCESSES.map((one) => ({ ...one, memoryLimit: '600MB' }));
    const next = await release('limited', STAY, { processes });
    const scope = sh`"$(sed -n 's,.*/\([^/]*\.scope\)$,\1,p' "/proc/$fd_pid/cgroup" | head -n 1)"`;
    const limited = asserts(
      'check',
      sh`
        fd_pid=$(supervisorctl pid shop-green:api)
        [ "$(stat -c %U "/proc/$fd_pid")" = shop ]
        [ "$(systemctl show -p MemoryMax --value ${scope})" = ${String(600 * 1024 * 1024)} ]
        # Debian's own kernel has it; a container of the sandbox may not.
        grep -q ':memory:.*scope$' "/proc/$fd_pid/cgroup" || grep -q 'The memory of api is not limited' "$FD_JOB/log"`,
    );
    expect(await deploy(next, [limited])).toEqual({});
    expect(await deploy(await release('r1', STAY))).toEqual({});
    expect(await succeed(sh`systemctl list-units --no-legend 'run-*.scope'`)).toBe('');
  });

  it('takes the folder of an application for a name, whatever stands in it', async () => {
    const hostile = await release('r4', STAY, { folder: "/apps/it's a $(touch x) *[" });
    expect(await deploy(hostile)).toEqual({});
    expect(await succeed(sh`tail -n 1 /var/log/shop/api-green.log`)).toContain(
      `cwd=${hostile.path} user=shop\n`,
    );
    // Another folder, which it would match as a pattern.
    const [start] = steps(place('r4', { folder: '/apps/i*' }));
    expect((await run(start?.run ?? sh`true`)).stderr).toContain('Cannot find the colour');
    expect(await deploy(await release('r1', STAY))).toEqual({});
    expect(await succeed(sh`find / -xdev -name x -newer /etc/supervisor/conf.d`)).toBe('');
  });

  it('repairs the configuration of the live release, and removes what is left of no release', async () => {
    const before = await succeed(pids);
    await succeed(sh`
      sed -i s/stopwaitsecs=.*/stopwaitsecs=1/ /etc/supervisor/conf.d/shop-blue.conf
      cp /etc/supervisor/conf.d/shop-blue.conf /etc/supervisor/conf.d/shop-green.conf
      cp /etc/supervisor/conf.d/shop-blue.conf /etc/supervisor/conf.d/shop-admin-blue.conf`);
    expect(await provision(resources())).toEqual({ 'supervisor-configuration:shop': 'done' });
    expect(await succeed(sh`ls /etc/supervisor/conf.d`)).toBe(
      'shop-admin-blue.conf\nshop-blue.conf\n',
    );
    expect(
      await succeed(
        sh`cmp /etc/supervisor/conf.d/shop-blue.conf ${`${layout.configuration}/r1/supervisor-blue.conf`}`,
      ),
    ).toBe('');
    expect(await succeed(pids)).toBe(before);
    expect(await provision(resources())).toEqual({});
    await succeed(sh`rm /etc/supervisor/conf.d/shop-admin-blue.conf`);
  });

  it('supervisorProgram() lives as a resource does', async () => {
    const configuration = (seconds: number) =>
      `[program:test]\ncommand=/bin/sleep ${String(seconds)}\n`;
    await checkResourceContract({
      run,
      resource: supervisorProgram({ name: 'test', configuration: configuration(1000) }),
      drift: sh`
        printf '[program:test]\ncommand=/bin/sleep 3000\n' >/etc/supervisor/conf.d/test.conf
        chmod 600 /etc/supervisor/conf.d/test.conf
        supervisorctl update test`,
      changed: supervisorProgram({ name: 'test', configuration: configuration(2000) }),
      absent: supervisorProgram({ name: 'test' }, { ensure: 'absent' }),
    });
    expect(await succeed(states)).not.toContain('test');
    expect(await succeed(sh`pgrep -fc '/bin/sleep [123]000' || :`)).toBe('0\n');
  });

  it('finishes what an interrupted run began', async () => {
    const resource = supervisorProgram({
      name: 'late',
      configuration: '[program:late]\ncommand=/bin/sleep 1000\n',
    });
    await provision([resource]);
    // As if killed between the rename and the update.
    await succeed(sh`
      printf '[program:late]\ncommand=/bin/sleep 2000\n' >/etc/supervisor/conf.d/late.conf
      supervisorctl update late
      printf '[program:late]\ncommand=/bin/sleep 1000\n' >/etc/supervisor/conf.d/late.conf`);
    expect(await provision([resource])).toEqual({ 'supervisor-program:late': 'done' });
    expect(await succeed(sh`pgrep -fc '/bin/sleep 1000'`)).toBe('1\n');
    await succeed(sh`rm /etc/supervisor/conf.d/late.conf`);
    const absent = supervisorProgram({ name: 'late' }, { ensure: 'absent' });
    expect(await provision([absent])).toEqual({ 'supervisor-program:late': 'done' });
    expect(await provision([absent])).toEqual({});
    expect(await succeed(states)).not.toContain('late');
  });

  it.each([
    ['not a configuration file', 'x'],
    ['a value with a %', '[program:broken]\ncommand=/bin/true %x\n'],
    ['environment=', '[program:broken]\ncommand=/bin/true\nenvironment=A="s3cr3t",B\n'],
    [
      'a folder that is missing',
      '[program:broken]\ncommand=/bin/true\nstdout_logfile=/nowhere/at/all.log\n',
    ],
    ['a user that is missing', '[program:broken]\ncommand=/bin/true\nuser=nobody-at-all\n'],
    ['another program', '[program:else]\ncommand=/bin/true\n'],
  ])(
    'refuses a broken program (%s), names it, and leaves the others alone',
    async (_, configuration) => {
      const before = await succeed(pids);
      const ended = await provision([supervisorProgram({ name: 'broken', configuration })]);
      expect(ended['supervisor-program:broken']).toMatch(
        /^Cannot use the configuration of Supervisor: \/etc\/supervisor\/conf\.d\/broken\.conf/,
      );
      expect(ended['supervisor-program:broken']).not.toContain('s3cr3t');
      expect(await succeed(sh`ls -A /etc/supervisor/conf.d`)).toBe('shop-blue.conf\n');
      expect(await succeed(pids)).toBe(before);
      expect(await provision(resources())).toEqual({});
    },
  );

  it("names somebody else's broken file, and corrects several of its own", async () => {
    await succeed(
      sh`printf '[program:theirs]\ncommand=/bin/true\nenvironment=A="s3cr3t\n' >/etc/supervisor/conf.d/theirs.conf`,
    );
    const own = (seconds: number) =>
      ['one', 'two'].map((name) =>
        supervisorProgram({
          name,
          configuration: `[program:${name}]\ncommand=/bin/sleep ${String(seconds)}\n`,
        }),
      );
    for (const end of Object.values(await provision(own(1000)))) {
      expect(end).toContain('/etc/supervisor/conf.d/theirs.conf');
      expect(end).not.toContain('s3cr3t');
    }
    await succeed(sh`rm /etc/supervisor/conf.d/theirs.conf`);
    expect(new Set(Object.values(await provision(own(1000))))).toEqual(new Set(['done']));
    expect(await provision(own(1000))).toEqual({});
    await succeed(
      sh`for name in one two; do echo garbage >/etc/supervisor/conf.d/$name.conf; done`,
    );
    await provision(own(2000));
    await provision(own(2000));
    expect(await provision(own(2000))).toEqual({});
    expect(await succeed(sh`pgrep -fc '/bin/sleep 2000'`)).toBe('2\n');
    await provision(
      ['one', 'two'].map((name) => supervisorProgram({ name }, { ensure: 'absent' })),
    );
  });

  it('comes up again when a broken program of its own has kept supervisord from starting', async () => {
    await succeed(sh`
      systemctl stop supervisor
      echo garbage >/etc/supervisor/conf.d/shop-blue.conf
      systemctl start supervisor || :
      sleep 1
      # It would be tried again after 50 seconds, and a start before that waits for it.
      systemctl stop supervisor`);
    expect(await provision(resources())).toEqual({
      'supervisor-configuration:shop': 'done',
      'service:supervisor': 'done',
    });
    expect(await provision(resources())).toEqual({});
    // Right after its start it has no socket yet.
    const restart = { ...asserts('install', sh`systemctl restart supervisor`) };
    expect(await deploy(await release('r2', STAY), [restart])).toEqual({});
  });

  it('reads back, with its own parser, any text that was quoted for it', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((any) => any.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '').replaceAll('%(here)s', ''));
    const samples = fc
      .sample(fc.array(text, { minLength: 1, maxLength: 4 }), 200)
      .map((words) => ['/x', ...words]);
    const commands = samples.map((words) => quoteCommand(words));
    const values = fc.sample(text, 300).filter((value) => {
      try {
        return quoteValue(value) !== '';
      } catch {
        return false;
      }
    });
    const configuration = [
      ...commands.map((command, at) => `[program:c${String(at)}]\ncommand=${command}`),
      ...values.map(
        (value, at) =>
          `[program:v${String(at)}]\ncommand=/x\ndirectory=${quoteValue(value)}\nstdout_logfile=${quoteLogFile(`/tmp/x${value.replaceAll('/', '')}`.trimEnd())}`,
      ),
    ].join('\n');
    await succeed(sh`printf '%s\n' '[supervisord]' ${configuration} >/tmp/quoting.conf`);
    const parsed: unknown = JSON.parse(
      await succeed(
        sh`/usr/bin/python3 -c ${`
import json, shlex
from supervisor import options
server = options.ServerOptions()
server.configfile = '/tmp/quoting.conf'
server.process_config_file(False)
programs = {}
for group in server.configroot.supervisord.process_group_configs:
    for program in group.process_configs:
        programs[program.name] = program
print(json.dumps([
  [shlex.split(programs['c%d' % at].command) for at in range(${String(commands.length)})],
  [[programs['v%d' % at].directory, programs['v%d' % at].stdout_logfile] for at in range(${String(values.length)})],
]))
`}`,
      ),
    );
    expect(values.length).toBeGreaterThan(100);
    expect(parsed).toEqual([
      samples,
      values.map((value) => [value, `/tmp/x${value.replaceAll('/', '')}`.trimEnd()]),
    ]);
  });
});
