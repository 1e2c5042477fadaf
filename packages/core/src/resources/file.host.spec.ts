import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sh } from '../script/sh.js';
import { checkResourceContract } from '../testing/resource-contract.js';
import type { Connection } from '../transport/transport.js';
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
});
