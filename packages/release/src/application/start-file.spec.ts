import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from './layout.js';
import { literal } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { releaseIn } from './release.js';
import { startFile } from './start-file.js';
import { application } from '../testing/application.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

const words = ["it's; #1", '$HOME', '*', '%(here)s', '', '-x'];

function inHome(home: string, directory?: string): Text {
  const [api] = application.processes;
  if (!api) throw new Error('no process');
  const layout = layoutOf({ ...application, home });
  const release = releaseIn(layout, {
    ...{ id: '20261123-101502-3f2a1bc', commit: 'c', directory },
    runtime: { node: '20.20.2' },
  });
  const env = {
    TOKEN: Text.of(new Secret('own', "o'wn")),
    OWN: Text.of('$(id)'),
    SELF: Text.of(`http://127.0.0.1:${portMark('api')}/`),
  };
  const command = [process.execPath, '-e', PRINT, '--', ...words];
  return startFile(application, { ...api, env, command }, layout, release);
}

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
    const wrapper = 'set -eu; FD_COLOUR=$2; echo $$; . "$1"';
    const printed = execFileSync(shell, ['-c', wrapper, shell, file, colour], {
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
    expect(env).not.toHaveProperty('FD_COLOUR');
  });

  it('is a script without fault, and shows no secret', async () => {
    const file = inHome('/srv/permacoop', "apps/it's");
    await checkShell(literal(file.reveal()));
    expect(String(file)).not.toContain('wn');
  });

  it('refuses the port of a process that is not there', () => {
    const [api] = application.processes;
    if (!api) throw new Error('no process');
    const layout = layoutOf(application);
    const release = releaseIn(layout, { id: 'x', commit: 'c', directory: undefined });
    const env = { A: Text.of(portMark('other')) };
    expect(() => startFile(application, { ...api, env }, layout, release)).toThrow(RangeError);
  });
});
