import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { colourFolder, linkTo } from '../application/colour.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { programsOf } from '../application/program.js';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from '../section/section.js';
import { application, environment } from '../testing/application.js';
import { deploymentOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { settleSteps } from './settle.js';

/** A process of a release, and a machine on which it looks well, with a clock of its own. */
function machine() {
  const home = temporaryFolder();
  const layout = layoutOf({ name: 'shop', home });
  const about = deploymentOf();
  const { commit, release: id } = about;
  const release = releaseIn(layout, {
    id,
    commit,
    directory: undefined,
    programs: programsOf(application, 1),
  });
  mkdirSync(release.path, { recursive: true });
  mkdirSync(colourFolder(layout, 'blue'), { recursive: true });
  symlinkSync(linkTo(layout, release), `${colourFolder(layout, 'blue')}/release`);
  // The first of a process group; its standard input is a socket (child_process, 'pipe').
  const process = spawn('sleep', ['600'], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void process.kill());
  const inode = /\d+/.exec(readlinkSync(`/proc/${pidOf(process)}/fd/0`))?.[0] ?? '';
  writeFileSync(join(home, 'group-api'), `${pidOf(process)} ${statOf(process)[19] ?? ''}\n`);

  const programs = join(home, 'bin');
  mkdirSync(programs);
  const program = (name: string, script: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  const uptime = join(home, 'uptime');
  program('curl', 'printf 200');
  program('id', `echo ${String(userInfo().uid)}`);
  program('ss', `echo 'LISTEN 0 511 127.0.0.1:3000 0.0.0.0:* uid:1000 ino:${inode} sk:1'`);

  /** Settles for 4 s, by a clock of which a second passes while one sleeps. */
  const settle = (now: number, whileAsleep = '') => {
    writeFileSync(uptime, `${now.toFixed(2)} 0.00\n`);
    program(
      'sleep',
      `${whileAsleep}\nread -r now _ <'${uptime}'\necho "$((\${now%.*} + 1)).\${now#*.} 0.00" >'${uptime}'`,
    );
    const [step] = settleSteps({
      ...{ application, environment, hosts: ['web'], layout, release, about },
      section: releaseSchema.parse({}),
      ...{ transfer: { from: 'host' }, configuration: {} },
    });
    const { status, stderr } = spawnSync('dash', ['-eus'], {
      input: step?.run.reveal().replaceAll('/proc/uptime', uptime) ?? '',
      encoding: 'utf8',
      env: { FD_JOB: home, PATH: `${programs}:${String(globalThis.process.env['PATH'])}` },
      timeout: 20_000,
    });
    const passed = Number(readFileSync(uptime, 'utf8').split(' ')[0]) - now;
    return { status, stderr, passed };
  };
  return { process, settle };
}

function pidOf({ pid }: ChildProcess): string {
  if (pid === undefined) throw new Error('it has not started');
  return String(pid);
}

/** The fields of a process behind its name (proc(5), /proc/<pid>/stat). */
function statOf(process: ChildProcess): readonly string[] {
  const stat = readFileSync(`/proc/${pidOf(process)}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** When a process began, in seconds since the machine's start. */
function beginOf(process: ChildProcess): number {
  return Number(statOf(process)[19]) / 100;
}

describe('settleSteps()', () => {
  it('wait until a process has been up for long enough, since it began', () => {
    const { process, settle } = machine();
    const begun = beginOf(process);
    expect(settle(begun + 1.5)).toMatchObject({ status: 0, stderr: '', passed: 3 });
    expect(settle(begun + 4)).toMatchObject({ status: 0, stderr: '', passed: 0 });
  });

  it('end where the clock began after the process did', () => {
    const { settle } = machine();
    expect(settle(1.08)).toMatchObject({ status: 0, stderr: '', passed: 4 });
  });

  it('fail when a process is unhealthy at the end', () => {
    const { process, settle } = machine();
    // A zombie, as only this process could wait for it (proc(5), /proc/<pid>/status).
    const end = `kill ${pidOf(process)}; until grep -q '^State:.*Z' /proc/${pidOf(process)}/status; do :; done`;
    const { status, stderr } = settle(beginOf(process) + 1, end);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Cannot release api: it was healthy, and now it ended by itself \(process \d+\)\n$/,
    );
  });
});
