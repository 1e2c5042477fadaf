import { applicationOf } from '@fairness-deploy/core';
import {
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  exampleProcess,
} from '@fairness-deploy/core/testing';
import type { Resource } from '@fairness-deploy/core/resources';
import { exampleRelease, releaseStepsOf } from '@fairness-deploy/release/testing';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { adoption, type AdoptionContext } from './host/adoption.js';
import { oldUpstreams } from './host/old-release.js';
import { replaceNginx } from './host/replace-nginx.js';
import { sectionSchema } from './section/section.js';
import { sharedFolders } from './section/shared-folders.js';
import { plugin } from './takeover-plugin.js';
import { OLD_LETSENCRYPT_CONF, oldSite } from './testing/old-nginx.js';

const application = exampleApplication({
  name: 'permacoop',
  processes: [exampleProcess({ name: 'client', port: 3001, route: '/' })],
});
const environment = exampleEnvironment({
  application,
  sections: { release: { shared: ['server/uploads'] }, supervisor: {}, nginx: {} },
});
const sectionWith = (more: object = {}) =>
  sectionSchema.parse({ checkout: '/root/permacoop', ...more });
const section = sectionWith();
const shared = sharedFolders(environment, section);

const any = { sites: ['permacoop'], ports: [80, 443], names: undefined };
const adopt = (more: object = {}, context: Partial<AdoptionContext> = {}): Resource =>
  adoption({ application, section: sectionWith(more), shared, reached: any, ...context });

const found = (domain?: string): string =>
  [
    'programs\t[program:client]',
    'programs\t[program:api]',
    'site\tpermacoop.conf',
    ...oldSite('client', domain)
      .split('\n')
      .map((line) => `nginx\t${line}`),
    ...(domain === undefined
      ? []
      : [
          'site\tletsencrypt.conf',
          ...OLD_LETSENCRYPT_CONF.split('\n').map((line) => `nginx\t${line}`),
          'certificate\tpermacoop.test',
        ]),
    'checkout\troot',
    'variables\tserver/.env',
    'shared\tserver/uploads',
    'uploads\t/root/permacoop/server/uploads',
    'nvm\t/root/.nvm',
    'link\t/usr/local/bin/node',
    'dhparams',
  ].join('\n');

const RECORD = `record\t${JSON.stringify({ routes: [{ path: '/', ports: [3001] }] })}\ngroup\tapi`;
const BLUE = 'blue\t../../releases/00000000-000000-0000000';

describe('the plan', () => {
  it('says what becomes of each old thing', () => {
    const differences = adopt().plan(found('permacoop.test'))?.differences ?? [];
    const rows = differences.map((one) =>
      one.kind === 'value' ? `${one.field}: ${String(one.from)} → ${String(one.to)}` : one.kind,
    );
    expect(rows).toEqual([
      'program client: runs → adopted; the first deployment stops it',
      'program api: runs → adopted; the first deployment stops it',
      '/etc/supervisor/conf.d/supervisor.conf: is there → removed by the first deployment',
      'requests for /api/: the old site → adopted: to the port 3000',
      'requests for /: the old site → adopted: to the port 3001',
      '/etc/nginx/sites-enabled/permacoop.conf: is there → replaced now',
      '/etc/nginx/sites-enabled/letsencrypt.conf: is there → replaced now',
      'certificate permacoop.test: is there → adopted, if it has the names of a site',
      '/etc/nginx/dhparams.pem: is there → removed by the first deployment',
      '/root/permacoop: server/uploads: is there → adopted: copied by the first deployment',
      '/root/permacoop: is there → removed by the first deployment',
      '/root/permacoop/server/.env: is there → replaced by the variables of the environment',
      '/root/.nvm: is there → removed by the first deployment',
      '/usr/local/bin/node: leads to the Node.js of nvm → replaced by the first deployment',
    ]);
  });

  it('keeps the checkout and Node.js when it is told so', () => {
    const differences = adopt({ keep: true }).plan(found())?.differences ?? [];
    expect(differences).toContainEqual(
      expect.objectContaining({ field: '/root/permacoop', to: 'kept' }),
    );
  });

  it.each([
    ['a host without the old programs', 'site\tpermacoop.conf'],
    ['a host where a release of ours is live', `live\n${found()}`],
    ['an old application that is adopted', `${RECORD}\n${BLUE}`],
  ])('has nothing for %s', (_, output) => {
    expect(adopt().plan(output)).toBeUndefined();
  });

  it('makes the old application the release in blue again when its link is lost', () => {
    expect(adopt().plan(RECORD)).toMatchObject({ action: 'update' });
  });

  it.each([
    ['lead to no program', () => adopt().plan('programs\t[program:a]'), /takeover.sites/],
    [
      'on the port 443',
      () => adopt({}, { reached: { ...any, ports: [80] } }).plan(found('permacoop.test')),
      /tls: true/,
    ],
    [
      'answers to any name',
      () => adopt({}, { reached: { ...any, names: ['other.test'] } }).plan(found()),
      /leave out the domains/,
    ],
    [
      'answers to the name permacoop.test',
      () =>
        adopt({}, { reached: { ...any, names: ['other.test', '*.b.test'] } }).plan(
          found('permacoop.test'),
        ),
      /aliases: \[permacoop.test\]/,
    ],
    [
      '/root/permacoop/server/uploads has files',
      () => adopt({}, { shared: [] }).plan(found()),
      /shared: \[server\/uploads\]/,
    ],
    [
      'permacoop.conf is larger than 64 KiB',
      () => adopt().plan('large\t/etc/nginx/sites-enabled/permacoop.conf'),
      /takeover.programs/,
    ],
    [
      'nginx.conf:1 client_max_body_size',
      () => adopt().plan(`${found()}\nmain\thttp { client_max_body_size 1g; }`),
      /accept: \['nginx.conf:1 client_max_body_size'\]/,
    ],
    [
      '/root/permacoop: others',
      () =>
        adopt().plan(
          `${found()}\nunsafe\tCannot take over /root/permacoop: others\nunsafe\t  → chmod`,
        ),
      /chmod/,
    ],
    [
      '/root/permacoop/server/data',
      () => adopt().plan(`${found()}\nmount\t/root/permacoop/server/data`),
      /umount \/root\/permacoop\/server\/data; or keep/,
    ],
    [
      'it belongs to vagrant, and the login is ana',
      () => adopt().plan(found().replace('checkout\troot', 'checkout\tvagrant'), { user: 'ana' }),
      /chown -R root: /,
    ],
    [
      'a release of permacoop has the ports of blue already',
      () => adopt().plan(`${found()}\nblue\t../../releases/20261123-101502-3f2a1bc`),
      /deploy first/,
    ],
  ])('is refused: %s', (what, plan, hint) => {
    expect(plan).toThrow(
      saying(new RegExp(`Cannot take over [^]*${what}[^]*\n {2}→ [^]*${hint.source}`)),
    );
  });

  it('may have something mounted in a checkout that stays', () => {
    const output = `${found()}\nmount\t/root/permacoop/server/data`;
    expect(adopt({ keep: true }).plan(output)).toBeDefined();
  });

  it('takes a checkout in the home of its owner', () => {
    const output = found().replace('checkout\troot', 'checkout\tvagrant\nown-home');
    expect(adopt().plan(output, { user: 'root' })).toBeDefined();
  });

  it('knows directives that a person has accepted', () => {
    const output = `${found()}\nmain\thttp { client_max_body_size 1g; }`;
    const accept = ['nginx.conf:1 client_max_body_size'];
    expect(adopt({ accept }).plan(output)).toBeDefined();
  });

  it('takes a name below a wildcard of ours for covered', () => {
    const reached = { ...any, names: ['*.test'] };
    expect(adopt({}, { reached }).plan(found('permacoop.test'))).toBeDefined();
  });
});

it('oldUpstreams() lead the routes of our sites to the old programs', () => {
  const record = {
    routes: [
      { path: '/api/', ports: [3000] },
      { path: '/', ports: [3001] },
    ],
    groups: [],
  };
  const text = oldUpstreams(application, record, ['permacoop']);
  expect(text).toContain('upstream permacoop_blue_old-1 {\n    server 127.0.0.1:3000 max_fails=0;');
  expect(text).toMatch(
    /"~\^ \/api\(\?:\/\|\\z\)" permacoop_blue_old-1;|~\^ .*api.* permacoop_blue_old-1;/,
  );
});

const files = {
  main: 'http {\n    include sites-enabled/*;\n}\n',
  mainWith: (folder: string) => `http {\n    include ${folder}/*;\n}\n`,
  sites: { 'sites-enabled/permacoop.conf': 'server {}\n' },
  included: { 'upstreams/000-permacoop.conf': '' },
  after: [],
};

describe('replaceNginx()', () => {
  const resource = replaceNginx(application, section, files);

  it('replaces the old files that are there, and finishes what was interrupted', () => {
    expect(resource.plan('site\tpermacoop.conf\nsite\tletsencrypt.conf\n')?.differences).toEqual([
      expect.objectContaining({ field: 'sites-enabled/permacoop.conf', to: 'replaced by ours' }),
      expect.objectContaining({ field: 'sites-enabled/letsencrypt.conf', to: 'removed' }),
    ]);
    expect(resource.plan('unfinished\n')).toMatchObject({ action: 'update' });
    expect(resource.plan('')).toBeUndefined();
  });
});

describe('the plugin', () => {
  const context = exampleContext(section, environment);
  const release = exampleRelease(applicationOf(environment));
  const steps = releaseStepsOf(plugin, context, release);
  const keeping = releaseStepsOf(plugin, context, release, [], { keepOld: true });

  it('has its steps around the switch', () => {
    expect(steps.map(({ phase, place = '', name }) => `${phase} ${place}: ${name}`)).toEqual([
      'fetch first: copy uploads',
      'activate first: copy new uploads',
      'drain last: copy last uploads',
      'stop : stop the old programs',
      'clean last: remove the old application',
    ]);
  });

  it('keeps the checkout with --keep-old', () => {
    const [removes, keeps] = [steps, keeping].map((all) => all.at(-1)?.run.reveal() ?? '');
    expect(removes).toContain('rm -rf --one-file-system -- ./permacoop');
    expect(keeps).not.toContain('rm -rf --one-file-system');
    expect(keeps).toContain('/root/permacoop is kept');
  });

  it('needs the sections that take the places of the old ones', () => {
    const bare = exampleEnvironment({ sections: { release: {} } });
    expect(plugin.validate?.(section, bare, []).map(({ message }) => message)).toEqual([
      expect.stringContaining('that could take the place of the old one'),
      'the takeover needs the section nginx',
      'the takeover needs the section supervisor',
    ]);
    expect(plugin.validate?.(section, environment, [])).toEqual([]);
  });

  it.each([
    ['/', 'checkout'],
    ['/permacoop', 'checkout'],
    ['root/permacoop', 'checkout'],
    ['../x.conf', 'programs'],
  ])('refuses %j as %s', (value, key) => {
    const given = { checkout: '/root/permacoop', [key]: value };
    expect(sectionSchema.safeParse(given).success).toBe(false);
  });

  it.each([
    ['/srv/permacoop', 'the new application has /srv/permacoop'],
    ['/srv/permacoop/old', 'the new application has /srv/permacoop'],
    ['/var/lib/fairness-deploy', '/var/lib/fairness-deploy is no folder of the old application'],
    ['/var/lib', '/var/lib/fairness-deploy is no folder'],
    ['/etc/permacoop', '/etc is no folder'],
    ['/usr/local', '/usr is no folder'],
    ['/home/vagrant', '/home/vagrant is no folder'],
  ])('refuses the checkout %s', (checkout, message) => {
    expect(plugin.validate?.(sectionWith({ checkout }), environment, [])).toEqual([
      expect.objectContaining({
        path: ['checkout'],
        message: expect.stringContaining(message) as string,
      }),
    ]);
  });

  it('removes what it has only after the takeover, and the old files with --drop-data only', () => {
    expect(plugin.owns?.(context)).toEqual([
      { kind: 'takeover', name: 'permacoop' },
      {
        ...{ kind: 'path', name: '/var/lib/fairness-deploy/takeover/permacoop/old' },
        data: 'data',
      },
    ]);
    const removal = plugin.removals?.['takeover']?.resource('permacoop', {
      ...{ folders: [], everything: true },
    });
    expect(() => removal?.plan('adopted\n')).toThrow(
      saying(/Cannot remove the section takeover: [^]*→ write the section again, and deploy/),
    );
    expect(removal?.plan('safe\n')).toMatchObject({ action: 'remove' });
    expect(removal?.plan('')).toBeUndefined();
  });

  it('has checks of how far it is', () => {
    const [check] = plugin.checks?.(context) ?? [];
    const found = ['', 'old\n', 'unfinished\n'].flatMap((text) => check?.judge(text) ?? []);
    expect(found.map(({ level, hint }) => [level, hint])).toEqual([
      ['ok', 'remove the section takeover'],
      ['ok', `npx nx run ${environment.name}:deploy`],
      ['fail', `npx nx run ${environment.name}:provision`],
    ]);
  });

  it('renders scripts that a POSIX shell takes', async () => {
    const rest = plugin.resources?.(context).at(-1);
    const removal = plugin.removals?.['takeover']?.resource('permacoop', {
      ...{ folders: [], everything: false },
    });
    const scripts = [
      ...[removal?.read, removal?.plan('safe\n')?.apply],
      ...(plugin.resources?.(context) ?? []).map(({ read }) => read),
      adopt().plan(found('permacoop.test'))?.apply,
      replaceNginx(application, section, files).read,
      replaceNginx(application, section, files).plan('site\tpermacoop.conf')?.apply,
      rest?.plan('the old application\n')?.apply,
      ...[...steps, ...keeping].flatMap(({ run, undo }) => [run, undo]),
      ...(plugin.checks?.(context) ?? []).map(({ read }) => read),
    ];
    for (const script of scripts) if (script) await checkShell(script);
    expect(shared).toHaveLength(1);
  });
});
