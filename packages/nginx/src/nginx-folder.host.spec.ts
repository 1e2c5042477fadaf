import { file, link, type Resource } from '@fairness-deploy/core/resources';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import {
  applyResources,
  checkResourceContract,
  exampleContext,
  inLiveFolders,
  runScript,
} from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section/section.js';
import { environment } from './testing/environment.js';

const PATH = '/etc/nginx/conf.d/ours.conf';
const page = (answer: string): string =>
  `server { listen 127.0.0.1:8099; return 200 "${answer}\\n"; }\n`;

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('nginx-folder');
  connection = await test.connect();
  const section = sectionSchema.parse({});
  const own = plugin.resources?.(exampleContext(section, environment)) ?? [];
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

  it('may be linked in, and is checked where it is and as it is linked', async () => {
    const [available, enabled] = ['/etc/nginx/sites-available/a', '/etc/nginx/sites-enabled/a'];
    const linked = link({ path: enabled, target: available });
    const [good, bad] = [page('linked').replace('8099', '8098'), 'server { listn 8098; }\n'];
    const answer = () => print(sh`curl -s http://127.0.0.1:8098/ || echo nothing`);
    await connection.run(sh`mkdir -p /etc/nginx/sites-available`);
    // Nothing reads it yet.
    expect(await apply(file({ path: available, content: bad }))).toEqual({
      [`file:${available}`]: 'done',
    });
    expect((await apply(linked))[`link:${enabled}`]).toContain(`Cannot use ${enabled}`);
    expect(await print(sh`ls -A /etc/nginx/sites-enabled | grep -x -e a -e '.a.*' || :`)).toBe('');
    await apply(file({ path: available, content: good }));
    expect(await apply(linked)).toEqual({ [`link:${enabled}`]: 'done' });
    expect(await answer()).toBe('linked\n');
    const ended = await apply(file({ path: available, content: bad }));
    expect(ended[`file:${available}`]).toContain(`Cannot use ${available}`);
    expect(await print(sh`cat ${available}`)).toBe(good);
    expect(await apply(link({ path: enabled }, { ensure: 'absent' }))).toEqual({
      [`link:${enabled}`]: 'done',
    });
    expect(await answer()).toBe('nothing\n');
  });
});
