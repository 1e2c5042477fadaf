import { aptPackages, file, service, type Resource } from '@fairness-deploy/core/resources';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import {
  applyResources,
  checkResourceContract,
  inLiveFolders,
  runScript,
} from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugin } from './supervisor-plugin.js';

const PATH = '/etc/supervisor/conf.d/extra.conf';
const program = (seconds: number): string =>
  `[program:extra]\ncommand=/bin/sleep ${String(seconds)}\nstartsecs=0\n`;

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('supervisor-folder');
  connection = await test.connect();
  const daemon = service({ unit: 'supervisor', enabled: true, running: true });
  await applyResources(connection, [aptPackages({ names: ['supervisor'] }), daemon]);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const handled = (resource: Resource): Resource => inLiveFolders(resource, plugin.liveFolders ?? []);
const apply = (resource: Resource) => applyResources(connection, [handled(resource)]);
const print = async (script: Script): Promise<string> => (await runScript(connection, script)).text;
const runs = () =>
  print(sh`tr '\0' ' ' <"/proc/$(supervisorctl pid extra)/cmdline" 2>/dev/null || echo nothing`);

describe('a file of another section in the folder of Supervisor', () => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: handled(file({ path: PATH, content: program(1001) })),
      drift: sh`echo '; by hand' >>${PATH}`,
      changed: handled(file({ path: PATH, content: program(1002), mode: '0600' })),
      absent: handled(file({ path: PATH }, { ensure: 'absent' })),
    });
  });

  it('is loaded by Supervisor, and so is its end', async () => {
    await apply(file({ path: PATH, content: program(1001) }));
    await expect.poll(runs).toBe('/bin/sleep 1001 ');
    await apply(file({ path: PATH, content: program(1002) }));
    await expect.poll(runs).toBe('/bin/sleep 1002 ');
    await apply(file({ path: PATH }, { ensure: 'absent' }));
    expect(await runs()).toBe('nothing\n');
  });

  it('stays as it was when Supervisor refuses what is to come', async () => {
    await apply(file({ path: PATH, content: program(1001) }));
    const ended = await apply(file({ path: PATH, content: `${program(1002)}autostart=perhaps\n` }));
    expect(ended[`file:${PATH}`]).toContain('Cannot use the configuration of Supervisor');
    expect(await print(sh`cat ${PATH}`)).toBe(program(1001));
    await expect.poll(runs).toBe('/bin/sleep 1001 ');
  });
});
