import { Secret, Text } from '@fairness-deploy/shell/secret';
import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { checkLineEnds } from './line-ends.js';

const SCRIPT = '#!/bin/sh\r\necho hello\r\n';
const refused = (path: string, content: Parameters<typeof checkLineEnds>[1]) => () => {
  checkLineEnds(path, content);
};

describe('checkLineEnds()', () => {
  it.each([
    ['text', SCRIPT],
    ['bytes', Buffer.from(SCRIPT)],
    ['text with a secret', Text.of(SCRIPT, new Secret('token', 't'))],
  ])('refuses a script with CRLF, as %s', (_, content) => {
    expect(refused('/usr/local/bin/hello', content)).toThrow(
      saying(
        /^Cannot write \/usr\/local\/bin\/hello: it is a script whose lines end with CRLF, .*\n {2}→ save it with LF; .*\.gitattributes: \* text=auto eol=lf/,
      ),
    );
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
