import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { file } from './file.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('file');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('file() on a host', () => {
  it('lives as a resource does', async () => {
    const path = '/etc/an app.conf';
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: file({ path, content: 'a\n', owner: 'daemon', mode: '0640' }),
      drift: sh`
        echo b >>${path}
        chmod 666 ${path}
        chown root ${path}`,
      changed: file({ path, content: 'a\nb', group: 'daemon' }),
      absent: file({ path }, { ensure: 'absent' }),
    });
  });

  it('leaves the old content, and nothing beside it, when the disk is full', async () => {
    await connection.run(sh`
      mkdir /srv/small
      mount -t tmpfs -o size=16k tmpfs /srv/small
      echo old >/srv/small/file`);
    const resource = file({ path: '/srv/small/file', content: 'x'.repeat(100_000) });
    const { status } = await connection.run(
      sh`( set -eu; ${resource.plan('')?.apply ?? sh`true`} )`,
    );
    expect(status).not.toBe(0);
    const { stdout } = await connection.run(sh`
      cat /srv/small/file
      ls -A /srv/small
      umount /srv/small`);
    expect(stdout.toString()).toBe('old\nfile\n');
  });

  it('replaces a file at once: a reader finds the old or the new', async () => {
    const path = '/srv/read';
    const contents = ['a', 'b'].map((letter) => `${letter.repeat(200_000)}\n`);
    const [one, other] = contents.map((content) => file({ path, content }).plan('')?.apply);
    const { stdout } = await connection.run(sh`
      ( set -eu; ${one ?? sh`false`} )
      (
        for fd_time in 1 2 3 4 5; do
          ( set -eu; ${other ?? sh`false`} )
          ( set -eu; ${one ?? sh`false`} )
        done
      ) &
      for fd_time in $(seq 100); do
        sha256sum <${path}
      done | sort -u | wc -l
      wait`);
    expect(Number(stdout.toString())).toBeLessThanOrEqual(2);
  });
});
