import { Secret, Text } from '@fairness-deploy/shell/secret';
import { sh } from '@fairness-deploy/shell';
import { exampleContext } from '@fairness-deploy/core/testing';
import { startTestHost } from '@fairness-deploy/sandbox/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './nginx-plugin.js';
import { sectionSchema } from './section/section.js';
import { application, environment } from './testing/environment.js';
import { useSiteHost } from './testing/site-host.js';

const host = useSiteHost(() => startTestHost('nginx-changes'));

/** The lines of a plan of the sites that are gone: `old.conf`. */
async function gone(section: unknown): Promise<readonly string[]> {
  const resources = plugin.resources?.(exampleContext(sectionSchema.parse(section), environment));
  const removed = resources?.find(({ address }) => address === 'nginx:sites-enabled');
  const change = removed?.plan(await host.succeed(removed.read));
  return change?.differences.map(({ field }) => field) ?? [];
}
const enabled = () => host.succeed(sh`ls /etc/nginx/sites-enabled`);
const SITES = '/etc/nginx/sites-enabled';

describe('a site that the environment does not have any more', () => {
  const basicAuth = { staff: Text.of(new Secret('staff', 'open')) };
  const before = { sites: { whole: {}, old: { domains: ['old.test'], basicAuth } } };
  const after = { sites: { renamed: {} } };

  it('is planned and removed with its files before the others come, but nothing of other people', async () => {
    await host.provision(before, application);
    expect(await gone(before)).toEqual([]);
    await host.succeed(sh`
      cd ${SITES}
      # A copy for other names, the site of another application, and one without the mark.
      sed 's/old\.test/copy.test/' old.conf >copy.conf
      sed '1s/ of shop/ of other/; s/old\.test/other.test/' old.conf >theirs.conf
      echo 'server { listen 8099; return 200 mine; }' >mine.conf
      sed '1s/ old / linked /; s/old\.test/linked.test/' old.conf >../sites-available/linked.conf
      ln -s ../sites-available/linked.conf linked.conf
      nginx -s reload`);
    expect(await gone(after)).toEqual(['old.conf', 'whole.conf']);
    await host.provision(after, application);
    expect(await enabled()).toBe('copy.conf\nlinked.conf\nmine.conf\nrenamed.conf\ntheirs.conf\n');
    expect(await gone(after)).toEqual([]);
    expect((await host.get('/', '-H', 'Host: old.test')).status).toBe(404);
    expect((await host.get(':8099/')).body).toBe('mine');
    const left = sh`
      find /etc/nginx/logins /usr/local/share/fairness-deploy/maintenance /var/lib/fairness-deploy/kept -name 'old*' -o -name 'whole*'`;
    expect(await host.succeed(left)).toBe('');
    await host.succeed(sh`
      cd ${SITES}
      rm copy.conf theirs.conf mine.conf linked.conf
      nginx -s reload`);
  });

  it('is removed after a removal that was interrupted', async () => {
    const two = { sites: { renamed: {}, more: { domains: ['more.test'] } } };
    await host.provision(two, application);
    // As if killed between the removal and the reload.
    await host.succeed(sh`rm ${`${SITES}/more.conf`}`);
    expect(await gone(after)).toEqual(['more.conf']);
    await host.provision(after, application);
    expect(await gone(after)).toEqual([]);
    expect(await host.succeed(sh`nginx -T 2>&1 | grep -c more.test || :`)).toBe('0\n');
  });

  it('stays, and so do the others, when nginx refuses the configuration without it', async () => {
    const two = { sites: { renamed: {}, more: { domains: ['more.test'] } } };
    await host.provision(two, application);
    await host.succeed(sh`
      sed -i '2i upstream needed { server 127.0.0.1:3000; }' ${`${SITES}/more.conf`}
      echo 'server { listen 8096; location / { proxy_pass http://needed/; } proxy_set_header Host $needing; }' >/etc/nginx/conf.d/needs.conf
      sed -i '2i map "" $needing { default ""; }' ${`${SITES}/more.conf`}
      nginx -s reload`);
    await expect(host.provision(after, application)).rejects.toThrow(
      `Cannot remove ${SITES}/more.conf: nginx refuses the configuration`,
    );
    expect(await enabled()).toContain('more.conf\n');
    await host.succeed(sh`rm /etc/nginx/conf.d/needs.conf`);
    await host.provision(after, application);
    expect(await enabled()).toBe('renamed.conf\n');
  });
});

describe('a configuration that nginx refuses', () => {
  // nginx's own lines begin with a time, and end in a file and a line.
  const failureOf = (section: unknown) => host.failureOf(section, application);

  it('is told with the line of a snippet in its own file, and stays away', async () => {
    const shop = { domains: ['snippet.test'] };
    expect(await failureOf({ sites: { shop: { ...shop, snippet: 'bad-snippet.conf' } } })).toMatch(
      /site-snippets\/shop\.conf:4\n.*\n {2}This comes from nginx\.sites\.shop\.snippet \(bad-snippet\.conf:3\)\nCannot use/,
    );
    const ask = () => host.get('/from-snippet', '-H', 'Host: snippet.test');
    await host.provision({ sites: { shop: { ...shop, snippet: 'snippet.conf' } } }, application);
    expect(await ask()).toMatchObject({
      status: 200,
      body: 'snippet',
      headers: { 'x-snippet': 'yes' },
    });
    // Now the site includes it.
    expect(
      await failureOf({ sites: { shop: { ...shop, snippet: 'bad-snippet.conf' } } }),
    ).toContain('bad-snippet.conf:3');
    expect((await ask()).status).toBe(200);
    await host.provision({ sites: { shop } }, application);
    expect((await ask()).status).toBe(404);
    expect(await host.succeed(sh`ls /etc/nginx/site-snippets`)).toBe('');
  });

  it('is told with the key of the environment file', async () => {
    await host.provision({ sites: { shop: {} } }, application);
    const bad = { template: 'bad-site.conf.ejs' };
    expect(await failureOf({ sites: { shop: { ...bad, domains: ['directive.test'] } } })).toMatch(
      /sites-enabled\/shop\.conf:6\n.*\n {2}This comes from nginx\.sites\.shop\.headers\nCannot use/,
    );
    // nginx names no line of it.
    expect(await failureOf({ sites: { shop: { ...bad, domains: ['variable.test'] } } })).toMatch(
      /unknown "nothing" variable\n.*\n {2}This comes from nginx\.sites\.shop\.bodyLimit\nCannot use/,
    );
    expect(await host.succeed(sh`nginx -t -q && echo sound`)).toBe('sound\n');
  });
});
