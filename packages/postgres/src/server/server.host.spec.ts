import { runScript } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextFor, described, plan, provision } from '../testing/provisioned.js';

let host: TestHost;
let connection: Connection;
const run = async (script: Script): Promise<string> => {
  const { status, text, stderr } = await runScript(connection, script);
  if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
  return text;
};

beforeAll(async () => {
  host = await startTestHost('postgres-server');
  connection = await host.connect();
});
afterAll(async () => {
  await connection.close();
  await host.stop();
});

const section = { server: { memory: '512MB', extensions: ['pgcrypto'] } };

describe('the mode local', () => {
  it('sets up the server, and then finds nothing to do', async () => {
    const changes = await provision(connection, contextFor(section));
    expect(changes).toContain('postgres-database:shop owner  → the role of the application');
    console.log(changes.join('\n'));
    expect(described(await plan(connection, contextFor(section)))).toEqual([]);
  });
});
