import { file, sh, type Connection, type Resource, type Script } from '@fairness-deploy/core';
import {
  applyResources,
  checkResourceContract,
  inLiveFolders,
  runScript,
} from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugin } from './deployment.js';
import { sectionSchema } from './section.js';
import { environment, host } from './testing/environment.js';

const PATH = '/etc/nginx/conf.d/ours.conf';
const page = (answer: string): string =>
  `server { listen 127.0.0.1:8099; return 200 "${answer}\\n"; }\n`;

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('nginx-folder');
  connection = await test.connect();
  const section = sectionSchema.parse({});
  const own = plugin.resources?.({ environment, host, section }) ?? [];
  const ends = await applyResources(connection, own);
  expect(new Set(Object.values(ends))).toEqual(new Set(['done']));
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const handled = (resource: Resource): Resource => inLiveFolders(resource, plugin.liveFolders ?? []);
const apply = (resource: Resource) => applyResources(connection, [handled(resource)]);
const print = async (script: Script): Promise<string> => (await runScript(connection, script)).text;
const served = () => print(sh`curl -s http://127.0.0.1:8099/ || echo nothing`);

describe('a file of another section in the folder of nginx', () => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: handled(file({ path: PATH, content: page('one'), mode: '0640', group: 'adm' })),
      drift: sh`echo '# by hand' >>${PATH}`,
      changed: handled(file({ path: PATH, content: page('two') })),
      absent: handled(file({ path: PATH }, { ensure: 'absent' })),
    });
  });

  it('is loaded by nginx, and so is its end', async () => {
    await apply(file({ path: PATH, content: page('one') }));
    expect(await served()).toBe('one\n');
    await apply(file({ path: PATH, content: page('two') }));
    expect(await served()).toBe('two\n');
    await apply(file({ path: PATH }, { ensure: 'absent' }));
    expect(await served()).toBe('nothing\n');
  });

  it('stays as it was when nginx refuses what is to come', async () => {
    await apply(file({ path: PATH, content: page('one') }));
    const ended = await apply(file({ path: PATH, content: 'underscore_in_headers on;\n' }));
    expect(ended[`file:${PATH}`]).toContain('unknown directive "underscore_in_headers"');
    expect(ended[`file:${PATH}`]).toContain(`Cannot use ${PATH}`);
    expect(await print(sh`cat ${PATH}; nginx -t -q && echo sound`)).toBe(`${page('one')}sound\n`);
    expect(await served()).toBe('one\n');
  });
});
