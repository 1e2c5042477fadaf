import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { placeOf } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import { findPassword, isProgram } from './find-password.js';

let workspace = '';
let warnings: string[] = [];
beforeEach(() => {
  warnings = [];
  workspace = mkdtempSync(join(tmpdir(), 'password-'));
  mkdirSync(join(workspace, 'environments/prod'), { recursive: true });
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

const write = (name: string, content: string, mode = 0o600): void => {
  writeFileSync(join(workspace, name), content);
  chmodSync(join(workspace, name), mode);
};
const git = (...args: readonly string[]): unknown =>
  execFileSync('git', args, { cwd: workspace, stdio: 'ignore' });

async function find(
  settings: PasswordSettings = {},
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const warn = (text: string): void => void warnings.push(text);
  const { bytes, from } = await findPassword(placeOf(workspace, 'prod'), settings, { env, warn });
  return `${bytes.toString()} from ${from}`;
}

describe('findPassword()', () => {
  const command = ['echo', 'of the command'];

  it('looks for a variable, then a file, then asks a command', async () => {
    expect(await find({ command })).toBe('of the command from the command echo');
    write('environments/vault-password', ' of the file\n');
    expect(await find({ command })).toBe('of the file from environments/vault-password');
    const env = { FAIRNESS_VAULT_PASSWORD: 'of the variable\n' };
    expect(await find({ command }, env)).toBe('of the variable from FAIRNESS_VAULT_PASSWORD');
    expect(warnings).toEqual([]);
  });

  it('looks where the environment file says', async () => {
    write('environments/prod/own', 'own');
    expect(await find({ file: 'own' })).toBe('own from environments/prod/own');
    expect(await find({ file: 'own', variable: 'OWN' }, { OWN: 'mine' })).toBe('mine from OWN');
  });

  it('says where it looked', async () => {
    await expect(find()).rejects.toThrow(
      "Cannot find the password of prod's secrets: FAIRNESS_VAULT_PASSWORD is not set, there is no environments/vault-password, and",
    );
  });

  it('refuses a file that git does not ignore, or has', async () => {
    write('environments/vault-password', 'x');
    git('init');
    await expect(find()).rejects.toThrow(
      saying(
        'Cannot use environments/vault-password: git does not ignore it, so it could be committed\n  → echo vault-password >> .gitignore',
      ),
    );
    write('.gitignore', 'vault-password\n');
    expect(await find()).toBe('x from environments/vault-password');
    git('add', '--force', 'environments/vault-password');
    await expect(find()).rejects.toThrow('git does not ignore it');
  });

  it('refuses a file of which git cannot say whether it ignores it', async () => {
    write('environments/vault-password', 'x');
    git('init');
    write('.gitignore', 'vault-password\n');
    write('.git/config', 'no configuration\n');
    await expect(find()).rejects.toThrow("git can't say whether it ignores it");
  });

  it('warns of a file that others may read', async () => {
    write('environments/vault-password', 'x', 0o640);
    await find();
    expect(warnings).toEqual([
      'Warning: others on this machine may read environments/vault-password: chmod 600 environments/vault-password',
    ]);
  });

  it("keeps a password's bytes, and takes off the blanks of ASCII alone", async () => {
    const bytes = Buffer.from('\u00a0p\u00e4ss w\u00f6rd\u00a0', 'latin1');
    const path = 'environments/vault-password';
    writeFileSync(
      join(workspace, path),
      Buffer.concat([Buffer.from(' \v'), bytes, Buffer.from('\f\r\n')]),
      { mode: 0o600 },
    );
    const world = { env: {}, warn: () => undefined };
    expect((await findPassword(placeOf(workspace, 'prod'), {}, world)).bytes).toEqual(bytes);
    const printing = ['printf', String.raw` a\351 \r\n`];
    const printed = await findPassword(
      placeOf(workspace, 'prod'),
      { file: 'none', command: printing },
      world,
    );
    expect(printed.bytes).toEqual(Buffer.from(' a\u00e9 ', 'latin1'));
  });

  it('shows none when what holds it is printed', async () => {
    const env = { FAIRNESS_VAULT_PASSWORD: 'hunter2' };
    const world = { env, warn: () => undefined };
    const lock = { password: await findPassword(placeOf(workspace, 'prod'), {}, world) };
    for (const shown of [inspect(lock, { depth: 9, showHidden: true }), JSON.stringify(lock)]) {
      expect(shown).not.toMatch(/hunter2|68 75 6e|104,117/);
      expect(shown).toContain('FAIRNESS_VAULT_PASSWORD');
    }
  });

  it('refuses a program, which Ansible would run', async () => {
    write('environments/vault-password', '#!/bin/sh\necho x\n', 0o700);
    await expect(find()).rejects.toThrow(
      saying(
        'it is a program, expected text\n  → chmod 600 environments/vault-password; a program that prints it is named by secrets.password.command',
      ),
    );
  });

  it.each([
    ['/home/ann/vault-password', 0o600, '#!', false],
    ['/home/ann/vault-password', 0o700, 'hunter2\n', true],
    // There, every file has this mode.
    ['/mnt/c/shop/vault-password', 0o777, 'hunter2\r\n', false],
    ['/mnt/c/shop/vault-password', 0o777, '#!/bin/sh\n', true],
    ['/mnt/c/shop/vault-password', 0o777, '\u007fELF\u0002', true],
  ])('takes %s with the mode %o and %j for a program: %s', (path, mode, text, is) => {
    expect(isProgram(path, mode, Buffer.from(text))).toBe(is);
  });

  it('refuses an empty one, and a command that fails', async () => {
    write('environments/vault-password', ' \n');
    await expect(find()).rejects.toThrow('from environments/vault-password: it is empty');
    await expect(find({ file: 'none', command: ['false'] })).rejects.toThrow(
      'Cannot get the password from the command false: it ended with status 1',
    );
    await expect(find({ file: 'none', command: ['no-such-program'] })).rejects.toThrow('ENOENT');
  });
});
