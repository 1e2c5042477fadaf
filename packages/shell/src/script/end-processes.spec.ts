import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { checkShell } from '../testing/shellcheck.js';
import { endProcesses, type EndedProcesses } from './end-processes.js';
import { sh } from './sh.js';

/** Says `ready`, and then what it gets; ends at the SIGTERM with this number. */
const program = (ending: number): string => `
  let got = 0;
  process.on('SIGTERM', () => { got += 1; process.stdout.write('TERM '); if (got === ${String(ending)}) process.exit(); });
  setTimeout(() => {}, 60000);
  process.stdout.write('ready ');`;
const NEVER = 0;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function start(ending: number) {
  const child = spawn(process.execPath, ['-e', program(ending)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let printed = '';
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
  const ended = once(child, 'close');
  await expect.poll(() => printed).toBe('ready ');
  return {
    id: String(child.pid),
    ending: async () => {
      await ended;
      return `${printed}${child.signalCode ?? 'exit'}`;
    },
  };
}

/** Which of them run. Zombies, which this process reaps only later, do not. */
const running = (...ids: readonly string[]) => sh`
  fd_running() {
    for fd_pid; do ! grep -qs '^State:.[^Z]' "/proc/$fd_pid/status" || printf '%s ' "$fd_pid"; done
  }
  fd_running ${ids}`;

async function end(processes: EndedProcesses): Promise<string> {
  const script = endProcesses(processes);
  await checkShell(script);
  const { stdout, stderr, status } = spawnSync('dash', ['-eu'], {
    input: script.reveal(),
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout;
}

describe('endProcesses()', () => {
  it('sends nothing when nothing runs', async () => {
    expect(await end({ find: sh`:`, say: 'Ending', killAfterTenths: 1 })).toBe('');
  });

  it('kills what SIGTERM does not end', async () => {
    const [good, bad] = [await start(1), await start(NEVER)];
    const said = await end({
      find: running(good.id, bad.id),
      say: 'Ending',
      killAfterTenths: 5,
    });
    expect(said.split('\n')[0]).toBe(`Ending: ${good.id} ${bad.id} `);
    expect(await good.ending()).toBe('ready TERM exit');
    expect(await bad.ending()).toMatch(/^ready (TERM ){2,5}SIGKILL$/);
  });

  it('repeats SIGTERM', async () => {
    const one = await start(2);
    await end({ find: running(one.id), killAfterTenths: 50 });
    expect(await one.ending()).toBe('ready TERM TERM exit');
  });

  it('sends SIGTERM once where it is told to', async () => {
    const one = await start(2);
    await end({ find: running(one.id), once: true, killAfterTenths: 5 });
    expect(await one.ending()).toBe('ready TERM SIGKILL');
  });

  it('gives up on a process that it cannot kill', async () => {
    // No process has this id: the kernel's are smaller (proc(5), pid_max).
    const find = sh`printf 4194305`;
    const lines = (await end({ find, say: 'Ending', killAfterTenths: 2 })).trim().split('\n');
    expect(lines).toHaveLength(4);
    const once = await end({ find, say: 'Ending', once: true, killAfterTenths: 2 });
    expect(once.trim().split('\n')).toHaveLength(3);
  });
});
