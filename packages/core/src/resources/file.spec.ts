import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ProbingScript } from '../resource/probe.js';
import { enterFolder, type Script, sh } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { file } from './file.js';
import { MAKE_FOLDER } from '../resource-parts/path.js';

const folder = mkdtempSync(join(tmpdir(), 'file-spec-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let count = 0;
const newPath = (): string => join(folder, `file ${String((count += 1))}`);
const me = { owner: String(userInfo().uid), group: String(userInfo().gid) };

/** As the engine runs it. */
const run = (script: Script, shell = 'dash'): string =>
  execFileSync(shell, ['-s'], {
    input: `(\nset -eu\n${script.reveal()}\n) </dev/null\n`,
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
const failure = (script: Script): string =>
  spawnSync('dash', ['-s'], { input: `(\nset -eu\n${script.reveal()}\n)\n`, encoding: 'utf8' })
    .stderr;

const converge = (resource: ReturnType<typeof file>, shell = 'dash'): void => {
  const change = resource.plan(run(resource.read, shell));
  if (change) run(change.apply, shell);
  expect(resource.plan(run(resource.read, shell))).toBeUndefined();
};

describe('file()', () => {
  it('reads as a script that can be read', () => {
    const { read } = file({ path: '/etc/app.conf', content: 'a = 1\n' });
    expect(read instanceof ProbingScript && String(read.rest)).toMatchInlineSnapshot(`
      "if [ -e /etc/app.conf ] || [ -L /etc/app.conf ]; then
        fd_path_status /etc/app.conf
        printf '%s\\n' "$fd_path_status"
        if [ -L /etc/app.conf ]; then
          readlink -n -- /etc/app.conf
        elif [ -f /etc/app.conf ]; then
          fd_path_digest /etc/app.conf
          printf '%s\\n' "$fd_path_digest"
          case $fd_path_digest in
      cb78bd8a17f7b751fe0d4663366dcbc257204033ef7ddd64b1f2969573b5b2e2) ;;
      *) [ "\${fd_path_status##*:}" -gt 65536 ] || timeout 10 head -c 65536 -- /etc/app.conf ;;
      esac
        fi
      fi"
    `);
  });

  it('writes beside, checks, and then renames', () => {
    const resource = file({
      path: '/etc/sudoers.d/app',
      content: 'app ALL=(root) NOPASSWD: /bin/true\n',
      mode: '0440',
      validate: (staged) => sh`visudo -cf ${staged}`,
    });
    const failure = 'Cannot write /etc/sudoers.d/app';
    const enter = enterFolder('/etc/sudoers.d', {
      ...{ failure, owner: 'root', missing: MAKE_FOLDER },
      lasting: true,
    });
    const apply = String(resource.plan('')?.apply);
    expect(apply.replace(String(enter), '(enter /etc/sudoers.d)')).toMatchInlineSnapshot(`
      "(enter /etc/sudoers.d)
      if [ -e ./app ] && [ ! -f ./app ] && [ ! -L ./app ]; then
        { printf '%s\\n' 'Cannot write /etc/sudoers.d/app: what is there is not a file' '  → move it away' >&2; exit 1; }
      fi
      umask 077
      rm -f -- ./.app.fd-new ./.app.fd-new-*
      fd_staged=./.app.fd-new
      trap 'rm -f -- "$fd_staged"' EXIT
      set -C
      exec 8>"$fd_staged"
      set +C
      [ -f /proc/self/fd/8 ] || { printf '%s\\n' 'Cannot write /etc/sudoers.d/app: /etc/sudoers.d/.app.fd-new is not a file' >&2; exit 1; }
      chown root:root /proc/self/fd/8
      chmod 0440 /proc/self/fd/8
      # cat says why it can't write, such as a full disk; dash's printf says "I/O error".
      printf %s 'app ALL=(root) NOPASSWD: /bin/true
      ' | cat >&8
      # The present file may become a pipe meanwhile, on which cmp would wait without end.
      if [ -f ./app ] && [ ! -L ./app ] && timeout 10 cmp -s -- ./app "$fd_staged"; then
        touch -r ./app /proc/self/fd/8
      fi
      sync /proc/self/fd/8
      exec 8>&-
      ( visudo -cf /etc/sudoers.d/.app.fd-new )
      mv -fT -- "$fd_staged" ./app
      trap - EXIT"
    `);
  });

  it('makes what is absent, then finds nothing to do', () => {
    const path = newPath();
    converge(file({ path, content: 'a\nb', mode: '0600', ...me }));
    expect(readFileSync(path, 'utf8')).toBe('a\nb');
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });

  it('shows what differs', () => {
    const path = newPath();
    writeFileSync(path, 'one\ntwo\n');
    chmodSync(path, 0o666);
    const resource = file({ path, content: 'one\n2\n', ...me });
    expect(resource.plan(run(resource.read))).toMatchObject({
      action: 'update',
      differences: [
        { kind: 'text', field: 'content', hunks: '@@ -1,2 +1,2 @@\n one\n-two\n+2' },
        { kind: 'value', field: 'mode', from: '0666', to: '0644' },
      ],
    });
    converge(resource);
  });

  it('leaves the time of modification alone when only the mode changes', () => {
    const path = newPath();
    converge(file({ path, content: 'same', ...me }));
    utimesSync(path, 1, 1_000_000_000.25);
    converge(file({ path, content: 'same', mode: '0640', ...me }));
    expect(statSync(path).mtimeMs).toBe(1_000_000_000_250);
  });

  it('never shows or prints content that has secrets', () => {
    const path = newPath();
    writeFileSync(path, 'password=old-secret');
    const resource = file({
      path,
      content: Text.of('password=', new Secret('pw', 'other-secret')),
      ...me,
    });
    const output = run(resource.read);
    expect(output).not.toContain('old-secret');
    const change = resource.plan(output);
    expect(change?.differences).toContainEqual({ kind: 'hidden', field: 'content' });
    expect(JSON.stringify(change)).not.toMatch(/old-secret|other-secret/);
    // A digest of a short secret can be reversed by guessing.
    expect(String(resource.read)).not.toMatch(/[0-9a-f]{64}/);
    converge(resource);
    expect(readFileSync(path, 'utf8')).toBe('password=other-secret');
  });

  it('does not show an old content that not everybody may read', () => {
    const path = newPath();
    writeFileSync(path, 'password=former');
    chmodSync(path, 0o640);
    const change = file({ path, content: 'open\n', ...me }).plan(
      run(file({ path, content: 'open\n', ...me }).read),
    );
    expect(change?.differences[0]).toMatchObject({
      field: 'content',
      hunks: expect.stringContaining('not shown, as its mode is 0640') as string,
    });
    expect(JSON.stringify(change)).not.toContain('former');
  });

  it('replaces a link instead of following it', () => {
    const [path, target] = [newPath(), newPath()];
    writeFileSync(target, 'untouched');
    symlinkSync(target, path);
    const resource = file({ path, content: 'mine', ...me });
    expect(resource.plan(run(resource.read))?.differences[0]).toEqual({
      kind: 'value',
      field: 'content',
      from: `link to ${target}`,
      to: 'mine',
    });
    converge(resource);
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });

  it('refuses to take the place of a folder', () => {
    const path = newPath();
    mkdirSync(path);
    const resource = file({ path, content: '', ...me });
    expect(() => resource.plan(run(resource.read))).toThrow(
      saying('it is a directory\n  → move it away'),
    );
    expect(failure(resource.plan('')?.apply ?? sh`:`)).toContain('what is there is not a file');
  });

  it('says which folder is missing', () => {
    const resource = file({ path: `${newPath()}/in/none`, content: '', ...me });
    expect(failure(resource.plan('')?.apply ?? sh`:`)).toMatch(
      /there is no folder .*\/in\n {2}→ add it to server\.directories/,
    );
  });

  it('says so when the folder that it would be in is none', () => {
    const path = newPath();
    writeFileSync(path, '');
    const resource = file({ path: `${path}/in`, content: '', ...me });
    expect(failure(resource.plan('')?.apply ?? sh`:`)).toContain(
      `${path} is not a folder\n  → move`,
    );
  });

  it('leaves the old file, and nothing beside it, when the new one is not valid', () => {
    const path = newPath();
    writeFileSync(path, 'old');
    const resource = file({
      path,
      content: 'bad',
      validate: (staged) => sh`grep -q good ${staged}`,
      ...me,
    });
    const change = resource.plan(run(resource.read));
    failure(change?.apply ?? sh`:`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).not.toContain('.fd-new');
  });

  it('tells bytes that are not text by their digest', () => {
    const path = newPath();
    const content = new Uint8Array([0, 255, 10, 128]);
    writeFileSync(path, 'text\n');
    const resource = file({ path, content, ...me });
    expect(resource.plan(run(resource.read))?.differences[0]).toMatchObject({
      kind: 'text',
      field: 'content',
    });
    converge(resource);
    expect([...readFileSync(path)]).toEqual([...content]);
    // Read as text, these bytes are U+FFFD; they must not pass for it.
    writeFileSync(path, new Uint8Array([255]));
    converge(file({ path, content: '\uFFFD', ...me }));
    expect(readFileSync(path, 'utf8')).toBe('\uFFFD');
  });

  it.each(['dash', 'bash'])('brings a megabyte over unchanged under %s', (shell) => {
    const content = `'"$\\\n\t\u00e9\u{1F600}`.repeat(80_000);
    const path = newPath();
    converge(file({ path, content, ...me }), shell);
    expect(readFileSync(path, 'utf8') === content).toBe(true);
  });

  it('brings any text over, at any path', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 200 })
      .filter((value) => !value.includes('\0'));
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((value) => !/[/\p{Cc}]/u.test(value) && value !== '.' && value !== '..');
    fc.assert(
      fc.property(name, text, fc.boolean(), (base, content, secret) => {
        const path = `${folder}/${base}`;
        converge(
          file({ path, content: secret ? Text.of(new Secret('x', content)) : content, ...me }),
        );
        expect(readFileSync(path, 'utf8')).toBe(Buffer.from(content).toString());
        rmSync(path);
      }),
      { numRuns: 20 },
    );
  });

  it('is removed, and then is absent', () => {
    const path = newPath();
    writeFileSync(path, 'x');
    const absent = file({ path }, { ensure: 'absent' });
    const change = absent.plan(run(absent.read));
    expect(change?.action).toBe('remove');
    run(change?.apply ?? sh`:`);
    expect(absent.plan(run(absent.read))).toBeUndefined();
  });

  it('comes after its folders and its owner', () => {
    expect(file({ path: '/srv/app/a.conf', content: '', owner: 'app' }).follows).toEqual([
      'directory:/srv/app',
      'directory:/srv',
      'apt:packages',
      'user:app',
    ]);
  });

  it.each([
    ['etc/app', 'it is not an absolute path'],
    ['/etc/../app', "it has '//', '.', '..' or ends in '/'"],
    ['/etc/a\nb', 'it has a control character'],
  ])('refuses the path %j', (path, reason) => {
    expect(() => file({ path, content: '' })).toThrow(reason);
  });

  it('refuses owners and modes that are none, and text with a NUL', () => {
    expect(() => file({ path: '/a', content: '', owner: 'a:b' })).toThrow(RangeError);
    expect(() => file({ path: '/a', content: '', mode: 'u+x' })).toThrow('write octal digits');
    expect(() => file({ path: '/a', content: 'a\0b' })).toThrow('expected bytes');
  });

  it('is equal when it asks for the same, checks included', () => {
    const make = (word: string) =>
      file({ path: '/a', content: 'x', validate: (staged) => sh`${word} ${staged}` });
    expect(make('a').equals(make('a'))).toBe(true);
    expect(make('a').equals(make('b'))).toBe(false);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = file({ path: "/etc/it's", content: Text.of(new Secret('a', "b'c")) });
    await checkShell(file({ path: '/etc/a', content: 'b' }).read);
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
    await checkShell(
      file({ path: '/etc/a', content: new Uint8Array(3) }).plan('')?.apply ?? sh`false`,
    );
  });
});
