import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { saying } from '@fairness-deploy/shell/testing';
import { HintedError } from '@fairness-deploy/shell/text';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkLineEnds } from './line-ends.js';

const SCRIPT = '#!/bin/sh\r\necho hello\r\n';
const refused = (path: string, content: Parameters<typeof checkLineEnds>[1]) => () => {
  checkLineEnds(path, content);
};

/** The hint of the error that it throws. */
function hintOf(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof HintedError) return error.hint;
    throw error;
  }
  return undefined;
}

describe('checkLineEnds()', () => {
  it.each([
    ['text', SCRIPT],
    ['bytes', Buffer.from(SCRIPT)],
    ['text with a secret', Text.of(SCRIPT, new Secret('token', 't'))],
  ])('refuses a script with CRLF, as %s', (_, content) => {
    expect(refused('/usr/local/bin/hello', content)).toThrow(
      saying(
        /^Cannot write \/usr\/local\/bin\/hello: it is a script whose lines end with CRLF, .*\n {2}→ save it with LF; when git has converted it, commit your work, and then:\n/,
      ),
    );
  });

  it('says how git checks files out with LF, without the loss of any work', () => {
    const folder = mkdtempSync(join(tmpdir(), 'line-ends-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const run = (command: string): string =>
      execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    const script = join(folder, 'hello');
    writeFileSync(script, SCRIPT);
    run(`git init -q -b main && git config core.autocrlf true
      git config user.name Ann && git config user.email ann@example.org
      git add . && git commit -qm Hello`);
    writeFileSync(script, `${SCRIPT}# more\r\n`);
    expect(run('git ls-files --eol')).toMatch(/^i\/lf +w\/crlf/);
    const command = hintOf(refused('/hello', SCRIPT))?.split('\n').at(-1);
    run(command ?? 'false');
    expect(readFileSync(script, 'utf8')).toBe('#!/bin/sh\necho hello\n# more\n');
    expect(run('git status --short')).toBe('');
    expect(run('git ls-files')).toBe('.gitattributes\nhello\n');
  });

  it.each(['/etc/cron.d/jobs', '/etc/crontab', '/var/spool/cron/crontabs/root'])(
    'refuses a crontab with CRLF: %s',
    (path) => {
      expect(refused(path, '5 * * * * root true\r\n')).toThrow(
        `Cannot write ${path}: its lines end with CRLF, which cron takes as part of the commands`,
      );
    },
  );

  it.each([
    ['/usr/local/bin/hello', '#!/bin/sh\necho hello\n'],
    ['/usr/local/bin/hello', '#!/bin/sh\nprintf "a\r\n"\n'],
    ['/etc/cron.d/jobs', '5 * * * * root true\n'],
    ['/srv/page.html', 'a\r\nb\r\n'],
    ['/srv/bytes', Buffer.from([0, 13, 10])],
  ])('takes %s with %j', (path, content) => {
    refused(path, content)();
  });
});
