import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Process } from '@fairness-deploy/core';
import { layoutOf } from './layout.js';
import { programsOf } from './program.js';
import { literal } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { releaseIn } from './release.js';
import { startFile } from './start-file.js';
import { application } from '../testing/application.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

const words = ["it's; #1", '$HOME', '*', '%(here)s', '', '-x'];

function inHome(home: string, directory?: string, changes: Partial<Process> = {}): Text {
  const [api] = application.processes;
  if (!api) throw new Error('no process');
  const layout = layoutOf({ ...application, home });
  const env = {
    TOKEN: Text.of(new Secret('own', "o'wn")),
    OWN: Text.of('$(id)'),
    SELF: Text.of(`http://127.0.0.1:${portMark('api')}/`),
  };
  const command = [process.execPath, '-e', PRINT, '--', ...words];
  const one = { ...api, env, command, ...changes };
  const own = { ...application, home, processes: [one] };
  const programs = programsOf(own, 1);
  const release = releaseIn(layout, {
    ...{ id: ID, commit: 'c', directory, programs },
    runtime: { node: '20.20.2' },
  });
  const [program] = programs;
  if (!program) throw new Error('no program');
  return startFile(own, one, program, layout, release);
}

const ID = '20261123-101502-3f2a1bc';

/** As a value that is loaded has it: see ports.spec of core. */
const portMark = (name: string): string => `\0port ${name}\0`;

const PRINT =
  'console.log(JSON.stringify([process.pid, process.cwd(), process.argv.slice(1), process.env]))';

describe('startFile()', () => {
  it.each([
    ['dash', 'blue', '3000'],
    ['dash', 'green', '3100'],
    ['bash', 'green', '3100'],
  ])('becomes the process that the release says, under %s, %s', (shell, colour, port) => {
    const home = temporaryFolder();
    const directory = "apps/it's a $(touch x)";
    const folder = join(home, 'releases/20261123-101502-3f2a1bc', directory);
    mkdirSync(folder, { recursive: true });
    const file = join(home, 'start');
    writeFileSync(file, inHome(home, directory).reveal());
    const wrapper = 'echo $$; exec "$1" "$2" "$3"';
    const printed = execFileSync(shell, ['-c', wrapper, shell, shell, file, colour], {
      env: { PORT: '1', HOME: '/nowhere', CDPATH: '/tmp' },
      encoding: 'utf8',
      // With a socket there, bash takes itself for a remote shell and reads ~/.bashrc.
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid = '', json = ''] = printed.split('\n');
    const [own, cwd, argv, env] = JSON.parse(json) as readonly unknown[];
    expect([own, cwd, argv]).toEqual([Number(pid), folder, words]);
    expect(env).toMatchObject({
      HOME: `${home}/shared/home`,
      USER: 'permacoop',
      NODE_ENV: 'production',
      API_URL: 'http://127.0.0.1:3000',
      TOKEN: "o'wn",
      OWN: '$(id)',
      SELF: `http://127.0.0.1:${port}/`,
      PORT: port,
      RELEASE: '20261123-101502-3f2a1bc',
    });
    expect(env).toHaveProperty('PATH', expect.stringMatching(/^\/opt\/node\/20\.20\.2\/bin:/));
    expect(Object.keys(env as object).filter((name) => name.startsWith('FD_'))).toEqual([]);
  });

  /** The start file of a process without a port, in a home where it can be run. */
  function started(changes: Partial<Process>, words: readonly string[] = []) {
    const home = temporaryFolder();
    for (const folder of [`releases/${ID}/tools`, 'shared/env', 'shared/home', 'colours/green']) {
      mkdirSync(join(home, folder), { recursive: true });
    }
    const file = join(home, 'start');
    writeFileSync(
      file,
      inHome(home, undefined, {
        ...{ port: undefined, alternatePort: undefined, env: {} },
        ...{ command: ['sh', '-c', 'pwd; nice'], ...changes },
      } as Partial<Process>).reveal(),
    );
    const run = (): { status: number | null; stdout: string; stderr: string } =>
      spawnSync('dash', [file, 'green', ...words], { encoding: 'utf8' });
    return { home, run };
  }

  it('runs in the folder of the process, and gives way to others', () => {
    const { home, run } = started({ directory: 'tools', nice: 7, overlap: true });
    expect(run()).toMatchObject({ status: 0, stdout: `${home}/releases/${ID}/tools\n7\n` });
  });

  it('runs the command of the health check instead, in the same folder', () => {
    const base = started({}).run;
    expect(base().status).toBe(78);
    const command = 'pwd; echo $RELEASE; exit 3';
    const health = { command, status: 200, interval: 1, deadline: 1, settle: 0 };
    const { home, run } = started({ health, directory: 'tools' }, ['check']);
    expect(run()).toMatchObject({ status: 3, stdout: `${home}/releases/${ID}/tools\n${ID}\n` });
  });

  it('starts an exclusive worker only when its turn has come, and never beside another one', () => {
    const { home, run } = started({});
    symlinkSync(`../../releases/${ID}`, join(home, 'colours/green/release'));
    expect(run()).toMatchObject({
      status: 78,
      stderr: `api of the release ${ID} does not start: the workers of another release run\n`,
    });
    symlinkSync('colours/green', join(home, 'workers'));
    expect(run().status).toBe(0);
    const lock = join(home, 'shared/env/.api.lock');
    const other = spawn('flock', [lock, 'sh', '-c', 'echo held; read -r _'], { stdio: 'pipe' });
    return new Promise<void>((resolve, reject) => {
      other.once('error', reject);
      other.stdout.once('data', () => {
        const { status, stderr } = run();
        other.stdin.end('\n');
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: `Cannot start api: an earlier one of it still runs, and holds ${lock}\n  → see which: fuser -v ${lock}\n`,
        });
        resolve();
      });
    });
  });

  it('is a script without fault, and shows no secret', async () => {
    const file = inHome('/srv/permacoop', "apps/it's");
    await checkShell(literal(file.reveal()));
    expect(String(file)).not.toContain('wn');
  });

  it('refuses the port of a process that is not there', () => {
    const env = { A: Text.of(portMark('other')) };
    expect(() => inHome('/srv/permacoop', undefined, { env })).toThrow(RangeError);
  });
});
