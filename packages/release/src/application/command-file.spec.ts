import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { application as example } from '../testing/application.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { commandFile } from './command-file.js';
import { layoutOf } from './layout.js';
import { releaseIn } from './release.js';

const ID = '20261123-101502-3f2a1bc';

const PRINT =
  'console.log(JSON.stringify([process.pid, process.cwd(), process.argv.slice(1), process.env]))';

const words = ["it's; #1", '$HOME $(id)', '*', 'two\nlines', '', '-x', 'A=b'];

function inHome(home: string): Text {
  const env = { TOKEN: Text.of(new Secret('token', "o'wn")), OWN: Text.of('$(id)\n"') };
  const application = { ...example, home, env };
  const layout = layoutOf(application);
  const release = releaseIn(layout, {
    ...{ id: ID, commit: 'c', directory: "it's a $(touch x)", programs: [] },
    runtime: { node: '20.20.2' },
  });
  return commandFile(application, layout, release);
}

/** A release with a folder `tools`, and its command file run by a shell. */
function run(shell: string, args: readonly string[]) {
  const home = temporaryFolder();
  const folder = join(home, 'releases', ID, "it's a $(touch x)");
  mkdirSync(join(folder, 'tools'), { recursive: true });
  const file = join(home, 'command');
  writeFileSync(file, inHome(home).reveal());
  const { status, stdout, stderr, pid } = spawnSync(shell, [file, ...args], {
    env: { PORT: '1', HOME: '/nowhere', CDPATH: '/tmp', PATH: '/nowhere' },
    encoding: 'utf8',
    // With a socket there, bash takes itself for a remote shell and reads ~/.bashrc.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { home, folder, status, stdout, stderr, pid };
}

describe('commandFile()', () => {
  it.each(['/bin/dash', '/bin/bash'])('becomes the command, with its words, under %s', (shell) => {
    const command = [process.execPath, '-e', PRINT, '--', ...words];
    const { home, folder, stdout, stderr, pid } = run(shell, ['.', ...command]);
    expect(stderr).toBe('');
    const [own, cwd, argv, env] = JSON.parse(stdout) as readonly unknown[];
    expect([own, cwd, argv]).toEqual([pid, folder, words]);
    expect(env).toMatchObject({
      HOME: `${home}/shared/home`,
      USER: 'permacoop',
      LOGNAME: 'permacoop',
      NODE_ENV: 'production',
      TOKEN: "o'wn",
      OWN: '$(id)\n"',
      RELEASE: ID,
      COMMIT: 'c',
      PATH: '/opt/node/20.20.2/bin:/usr/local/bin:/usr/bin:/bin',
    });
  });

  it('runs the command in a folder of the release, and passes its status on', () => {
    const { folder, status, stdout } = run('/bin/dash', ['tools', 'sh', '-c', 'pwd; exit 42']);
    expect({ status, stdout }).toEqual({ status: 42, stdout: `${folder}/tools\n` });
  });

  it('says that a folder is missing, and runs nothing', () => {
    expect(run('/bin/dash', ['a "b"', 'echo', 'ran'])).toMatchObject({
      status: 126,
      stdout: '',
      stderr: `Cannot run the command: there is no folder "a "b"" in the release ${ID}\n`,
    });
  });

  it('is a script without fault, and shows no secret', async () => {
    const file = inHome('/srv/permacoop');
    await checkShell(literal(file.reveal()));
    expect(String(file)).not.toContain('wn');
  });
});
