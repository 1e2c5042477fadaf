import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sh, type Script } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { directory } from './directory.js';

const folder = mkdtempSync(join(tmpdir(), 'directory-spec-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let count = 0;
const newPath = (): string => join(folder, `-folder ${String((count += 1))}`);
const me = { owner: String(userInfo().uid), group: String(userInfo().gid) };

const run = (script: Script): string =>
  execFileSync('dash', ['-s'], { input: `(\nset -eu\n${script.reveal()}\n)\n`, encoding: 'utf8' });
const failure = (script: Script | undefined): string =>
  spawnSync('dash', ['-s'], {
    input: `(\nset -eu\n${script?.reveal() ?? ''}\n)\n`,
    encoding: 'utf8',
  }).stderr;

describe('directory()', () => {
  it('creates an absent directory, corrects its mode, and then finds nothing to do', () => {
    const path = newPath();
    for (const mode of ['0755', '2750']) {
      const resource = directory({ path, mode, ...me });
      run(resource.plan(run(resource.read))?.apply ?? sh`false`);
      expect(resource.plan(run(resource.read))).toBeUndefined();
      expect(statSync(path).mode & 0o7777).toBe(Number.parseInt(mode, 8));
    }
  });

  it('makes the folders that it is in only when told', () => {
    const path = `${newPath()}/a/b`;
    expect(failure(directory({ path, ...me }).plan('')?.apply)).toContain(
      'add it to server.directories',
    );
    run(directory({ path, parents: true, ...me }).plan('')?.apply ?? sh`false`);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('leaves files and links alone', () => {
    const [path, link] = [newPath(), newPath()];
    writeFileSync(path, '');
    symlinkSync(folder, link);
    for (const at of [path, link]) {
      const resource = directory({ path: at, ...me });
      expect(() => resource.plan(run(resource.read))).toThrow(saying('move it away'));
      expect(failure(resource.plan('')?.apply)).toContain('what is there is not a folder');
    }
  });

  it('removes an empty folder, and a full one only when told', () => {
    const path = newPath();
    mkdirSync(join(path, 'in'), { recursive: true });
    const [safe, recursive] = [false, true].map((recursive) =>
      directory({ path, recursive }, { ensure: 'absent' }),
    );
    expect(failure(safe?.plan(run(safe.read))?.apply)).toContain('not empty');
    run(recursive?.plan(run(recursive.read))?.apply ?? sh`false`);
    expect(safe?.plan(run(safe.read))).toBeUndefined();
  });

  it('refuses to remove what stands next to the root with all that is in it', () => {
    expect(() => directory({ path: '/srv', recursive: true })).toThrow('next to the root');
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = directory({ path: '/srv/app', parents: true });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
