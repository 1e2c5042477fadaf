import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logFile } from './log-source.js';

let host: TestHost;
let connection: Connection;
const run = async (script: Script) => {
  const { status, stdout, stderr } = await connection.run(script);
  return { status, text: stdout.toString(), stderr };
};
const read = (path: string) => run(logFile('log', path).read({ lines: 5 }));

beforeAll(async () => {
  host = await startTestHost('log-source');
  connection = await host.connect();
  await run(sh`
    useradd -M app
    install -d -o app /var/log/app
    install -d -m 1775 -g app /var/log/shared
    for folder in app shared; do
      cd "/var/log/$folder"
      echo "of app in $folder" >own.log
      chown app own.log
      echo 'of root' >root.log
      runuser -u app -- ln -s /etc/shadow link.log
    done
    echo 'of www-data' >/var/log/safe.log
    chown www-data /var/log/safe.log`);
});
afterAll(async () => {
  await connection.close();
  await host.stop();
});

describe('logFile()', () => {
  it.each(['app', 'shared'])('is read by its owner where others can write: %s', async (folder) => {
    const own = `of app in ${folder}\n`;
    expect(await read(`/var/log/${folder}/own.log`)).toMatchObject({ status: 0, text: own });
    const link = await read(`/var/log/${folder}/link.log`);
    expect(link.text).toBe('');
    expect(link.stderr).toContain('Permission denied');
    expect(await read(`/var/log/${folder}/root.log`)).toMatchObject({
      text: '',
      stderr: expect.stringContaining('another user can write its folder') as string,
    });
  });

  it('is read by root where only root can write', async () => {
    expect(await read('/var/log/safe.log')).toMatchObject({ status: 0, text: 'of www-data\n' });
    expect(await read('/var/log/none.log')).toMatchObject({ status: 0, text: '' });
  });

  it('follows no link either', async () => {
    const { follow } = logFile('log', '/var/log/app/link.log');
    const { text } = await run(sh`timeout 2 sh -c ${follow.reveal()} || :`);
    expect(text).toBe('');
  });

  it('is a script without fault', async () => {
    await checkShell(logFile('log', '/var/log/a b').read({ lines: 1, since: 0 }));
    await checkShell(logFile('log', '/var/log/a b').follow);
  });
});
