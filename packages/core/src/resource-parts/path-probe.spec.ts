import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lines, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { pathProbe } from './path-probe.js';

const folder = mkdtempSync(join(tmpdir(), 'path-probe-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the functions say of paths after all have been asked about. Which programs that starts is told in the file `started`. */
function answers(shell: string, paths: readonly string[]): string {
  const script = lines(
    sh`
      set -eu
      stat() { echo stat >>${join(folder, 'started')}; command stat "$@"; }
      timeout() { echo timeout >>${join(folder, 'started')}; command timeout "$@"; }`,
    pathProbe.ask(paths),
    ...paths.map(
      (path) => sh`
        if [ -e ${path} ] || [ -L ${path} ]; then
          fd_path_status ${path}
          printf '%s ' "\${fd_path_status##*:}"
          if [ -f ${path} ] && [ ! -L ${path} ]; then
            fd_path_digest ${path}
            printf '%s' "$fd_path_digest"
          fi
          echo
        else
          echo absent
        fi`,
    ),
  );
  return execFileSync(shell, ['-s'], { input: script.reveal(), encoding: 'utf8' });
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.each(['dash', 'bash'])('pathProbe under %s', (shell) => {
  const make = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const started = (): string =>
    execFileSync('sort', [join(folder, 'started')], { encoding: 'utf8' });

  it('starts one program of a kind for all paths, and stands in for none that is missing', () => {
    rmSync(join(folder, 'started'), { force: true });
    const paths = [make('one', '1'), join(folder, 'absent'), make('two words', '22')];
    expect(answers(shell, paths)).toBe(`1 ${digest('1')}\nabsent\n2 ${digest('22')}\n`);
    expect(started()).toBe('stat\ntimeout\n');
  });

  it('tells nothing of one path that is of another', () => {
    mkdirSync(join(folder, 'a '), { recursive: true });
    mkdirSync(join(folder, 'b  '), { recursive: true });
    const other = ['a /', 'b  /'].map((name) => make(`${name}etc`, 'not it'));
    expect(answers(shell, [...other, '/etc'])).toMatch(
      new RegExp(`^6 ${digest('not it')}\\n6 ${digest('not it')}\\n\\d+ \\n$`),
    );
  });

  it.each(['back\\slash', "quote's", '*', '$(true)'])('finds a file named %s', (name) => {
    expect(answers(shell, [make(name, name)])).toBe(
      `${String(Buffer.byteLength(name))} ${digest(name)}\n`,
    );
  });

  it('reads the beginning of a file that is as large as a disk', () => {
    const path = make(`large ${shell}`, '');
    truncateSync(path, 2 ** 42);
    expect(answers(shell, [path])).toMatch(/^4398046511104 [0-9a-f]{64}\n$/);
  });

  it('reads no file but plain ones', () => {
    const device = join(folder, `device ${shell}`);
    symlinkSync('/dev/zero', device);
    const pipe = join(folder, `pipe ${shell}`);
    execFileSync('mkfifo', [pipe]);
    expect(answers(shell, [device, pipe])).toBe('9 \n0 \n');
  });
});

it('pathProbe asks in a script that shellcheck has nothing to say of', async () => {
  await checkShell(
    lines(
      pathProbe.ask(['/etc/a', '/etc/b c']),
      sh`
        fd_path_status /etc/a
        fd_path_digest /etc/a
        echo "$fd_path_status $fd_path_digest"`,
    ),
  );
});
