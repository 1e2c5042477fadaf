import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '../../text/hinted-error.js';
import { sh, type Script } from '../../script/sh.js';
import type { Connection } from '../transport.js';

let test: TestHost;
let root: Connection;

beforeAll(async () => {
  test = await startTestHost('log-in');
  root = await test.connect();
  await change(sh`
    useradd -m -s /bin/sh deb
    mkdir /home/deb/.ssh
    cp /root/.ssh/authorized_keys /home/deb/.ssh
    chown -R deb: /home/deb/.ssh
    echo 'deb ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deb`);
});
afterAll(async () => {
  await root.close();
  await test.stop();
});

async function change(script: Script): Promise<void> {
  const { status, stderr } = await root.run(sh`( set -eu; ${script} )`);
  expect({ status, stderr }).toMatchObject({ status: 0 });
}

/** Why deb can't log in after something was changed, which is put back. */
async function refusal(spoil: Script, restore: Script): Promise<unknown> {
  await change(spoil);
  try {
    const connection = await test.connect({ user: 'deb' });
    await connection.close();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await change(restore);
  }
}

describe('a user who may become root', () => {
  it('logs in', async () => {
    expect(await refusal(sh`true`, sh`true`)).toBeUndefined();
  });

  it('reports a login shell that runs nothing, and not sudo', async () => {
    const error = await refusal(sh`usermod -s /usr/sbin/nologin deb`, sh`usermod -s /bin/sh deb`);
    expect(error).toMatchObject({ reason: 'protocol' });
    expect(describeFailure(error)).toMatch(
      /Cannot open a shell on log-in \(deb@.*account is currently not available\.\n {2}→ deb needs a login shell .* getent passwd deb; chage -l deb$/,
    );
  });

  it('reports an expired password', async () => {
    const error = await refusal(sh`chage -d 0 deb`, sh`chage -d -1 deb`);
    expect(error).toMatchObject({ reason: 'protocol' });
    expect(describeFailure(error)).toMatch(
      /[Pp]assword.*\n {2}→ deb needs .* a password that hasn't expired/,
    );
  });

  it('says to try again when the machine refuses logins while it starts', async () => {
    const error = await refusal(
      sh`echo 'System is booting up.' >/run/nologin`,
      sh`rm /run/nologin`,
    );
    expect(error).toMatchObject({ reason: 'authentication' });
    expect(describeFailure(error)).toMatch(
      /the server hung up after a key had been tried, and says "System is booting up\."\n.*tried:\n.*\n.*try again/,
    );
  });
});
