import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '@fairness-deploy/core';
import { exampleRelease } from '@fairness-deploy/release/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { outcomeOf, runCase, type CommandCase } from '@fairness-deploy/shell/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { releaseSteps } from './release-steps.js';
import { sectionSchema, sitesOf } from '../section/section.js';
import { application as example } from '../testing/environment.js';

const stepsOf = (application: Application, written: unknown = {}) => {
  const section = sectionSchema.parse(written);
  const release = exampleRelease(application);
  return releaseSteps(application, sitesOf(application, section), section, release);
};

/** What a step does on a host, as data. `~` is the application's home, `ID` the release. */
interface Case extends CommandCase {
  readonly step: string;
  readonly undo?: true;
  readonly of?: Partial<Application>;
  readonly section?: object;
}

/** The releases of the colours, and where their programs listen. */
const releasesIn = (own: 'blue' | 'green', other: 'blue' | 'green') => ({
  [`colours/${own}/release`]: '-> ../../releases/ID',
  [`colours/${other}/release`]: '-> ../../releases/other',
  [`shared/configuration/ID/programs-${own}`]: 'client shared 20 3101\napi shared 20 3100\n',
  [`shared/configuration/other/programs-${other}`]:
    'client shared 20 3001\napi shared 20 3000\njobs exclusive 20 -\n',
});
const IN_GREEN = releasesIn('green', 'blue');
const SOCKETS = {
  'colours/blue/release': '-> ../../releases/ID',
  'colours/green/release': '-> ../../releases/other',
  'shared/configuration/other/programs-green':
    'client shared 20 /srv/client.sock\napi shared 20 /srv/api.sock\n',
};

/** nginx, whose processes are 7 and 8. */
const NGINX = { systemctl: '[ "$1" != show ] || echo 7', pgrep: 'echo 8' };
const IS_ACTIVE = 'systemctl is-active --quiet nginx';
const ASK =
  "curl --config - --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time 10 --connect-to ::127.0.0.1: --header";

const cases: readonly Case[] = [
  {
    name: 'prepare nginx fails when nginx does not run',
    step: 'prepare nginx',
    programs: { systemctl: 'exit 3' },
    commands: [IS_ACTIVE],
    fails: 'Cannot move traffic: nginx does not run\n  → see: systemctl status nginx',
  },
  {
    name: 'prepare nginx fails when nginx does not see the link',
    step: 'prepare nginx',
    of: { processes: [] },
    programs: { setpriv: 'exit 1' },
    commands: [
      IS_ACTIVE,
      'setpriv --reuid=www-data --regid=www-data --clear-groups test -f ~/colours/green/green',
    ],
    fails:
      'Cannot move traffic: www-data, as whom nginx works, does not see ~/colours/green/green\n  → give it the right to pass through its folders: namei -l ~/colours/green/green',
  },
  {
    name: 'undo prepare nginx waits for the requests of the release',
    step: 'prepare nginx',
    undo: true,
    host: IN_GREEN,
    commands: ["ss -Htnp state connected '( dst 127.0.0.1:3101 or dst 127.0.0.1:3100 )'"],
  },
  {
    name: 'undo prepare nginx does nothing when the release is in no colour',
    step: 'prepare nginx',
    undo: true,
    commands: [],
  },
  {
    name: 'drain waits for the requests of the previous release',
    step: 'drain',
    host: IN_GREEN,
    commands: ["ss -Htnp state connected '( dst 127.0.0.1:3001 or dst 127.0.0.1:3000 )'"],
  },
  {
    name: 'drain asks for sockets as well',
    step: 'drain',
    host: SOCKETS,
    commands: [
      "ss -Hx state connected '( src /srv/client.sock or src /srv/api.sock )'",
      'ss -Hxp state connected',
    ],
  },
  {
    name: 'drain asks for sockets when no request to a port is under way',
    step: 'drain',
    host: {
      ...SOCKETS,
      'shared/configuration/other/programs-green':
        'client shared 20 3001\napi shared 20 /srv/api.sock\n',
    },
    commands: [
      "ss -Htnp state connected '( dst 127.0.0.1:3001 )'",
      "ss -Hx state connected '( src /srv/api.sock )'",
      'ss -Hxp state connected',
    ],
  },
  {
    name: 'drain counts the requests of nginx alone',
    step: 'drain',
    host: IN_GREEN,
    programs: {
      ss: [
        '[ ! -e "$FD_JOB/asked" ] || exit 0',
        ': >"$FD_JOB/asked"',
        'echo \'0 0 127.0.0.1:50000 127.0.0.1:3000 users:(("nginx",pid=8,fd=3))\'',
        'echo \'0 0 127.0.0.1:50001 127.0.0.1:3000 users:(("nginx",pid=88,fd=3))\'',
        'echo \'0 0 127.0.0.1:50002 127.0.0.1:3000 users:(("nginx",pid=77,fd=3))\'',
      ].join('\n'),
    },
    commands: Array.from(
      { length: 2 },
      () => "ss -Htnp state connected '( dst 127.0.0.1:3001 or dst 127.0.0.1:3000 )'",
    ),
    prints: 'NOTICE Waiting for 1 requests that are under way\n',
  },
  {
    name: 'confirm asks each site for what the release shows there',
    step: 'confirm through nginx',
    section: {
      sites: {
        shop: { basicAuth: { me: Text.of(new Secret('me', 'a"b')) } },
        other: {
          domains: ['*.shop.test', 'shop.test'],
          listen: 8080,
          redirects: { '/': '/api', '/old/*': '/*' },
        },
        admin: { listen: 8081 },
        own: { listen: 8082, template: 'own.conf.ejs' },
      },
    },
    host: {
      'shared/configuration/ID/nginx-routes': [
        '-\tprocess\t/\tclient\t/\t200',
        '-\tprocess\t/api\tapi\t/api/health\t204',
        '-\tprocess\t/in\tinner\t-\t200',
        '-\tprocess\t/old\told\t/old/health?a\t200',
        '-\tfiles\t/guide\t%2Fguide\t/guide\tdocs\t-',
        '-\tkept\t/assets\t%2Fassets\t/assets\tdist\t-',
        'admin\tfiles\t/\tadmin%2F\t/\tdist\tindex.html\n',
      ].join('\n'),
      'static/ID/own/%2Fguide/guide/index.html': '',
      'static/ID/own/admin%2F/index.html': '',
    },
    programs: {
      curl: [
        'read -r login',
        `case "$*" in *:80/*) [ "$login" = 'user = "me:a\\"b"' ] || { printf 401; exit; } ;; esac`,
        'case $* in */api/health) printf 204 ;; *) printf 200 ;; esac',
      ].join('\n'),
    },
    commands: [
      `${ASK} 'Host: localhost' -- http://127.0.0.1:80/`,
      `${ASK} 'Host: localhost' -- http://127.0.0.1:80/api/health`,
      `${ASK} 'Host: localhost' -- 'http://127.0.0.1:80/old/health?a'`,
      `${ASK} 'Host: localhost' -- http://127.0.0.1:80/guide/`,
      `${ASK} 'Host: shop.test' -- http://127.0.0.1:8080/api/health`,
      `${ASK} 'Host: shop.test' -- http://127.0.0.1:8080/guide/`,
      `${ASK} 'Host: localhost' -- http://127.0.0.1:8081/`,
    ],
  },
  {
    name: 'confirm asks nothing while the maintenance page is on',
    step: 'confirm through nginx',
    host: { maintenance: '' },
    commands: [],
    prints: 'NOTICE The maintenance page is on: the release was not checked through nginx\n',
  },
];

describe('releaseSteps()', () => {
  it('are these, in their phases', () => {
    const steps = stepsOf(example).map(({ phase, name, undo }) => [phase, name, Boolean(undo)]);
    expect(steps).toEqual([
      ['start', 'static files', true],
      ['clean', 'prune static files', false],
      ['check', 'prepare nginx', true],
      ['confirm', 'confirm through nginx', false],
      ['drain', 'drain', false],
    ]);
  });

  it.each(cases)('$name', (one) => {
    const { step: name, undo, of, section } = one;
    const folder = mkdtempSync(join(tmpdir(), 'fd-nginx-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const step = stepsOf({ ...example, home: folder, ...of }, section).find(
      (each) => each.name === name,
    );
    const script = undo ? step?.undo : step?.run;
    if (!script) throw new Error(`Cannot find the step ${name}`);
    const { commands, ...outcome } = runCase(script, one, {
      folder,
      names: { ID: exampleRelease(example).id },
      programs: { ...NGINX, curl: '', setpriv: '', ss: '' },
      variables: { FD_JOB: folder },
    });
    // Which processes are nginx's is asked beside ss, at the same time.
    const inOrder = commands.filter((each) => !/^(pgrep|systemctl show)/.test(each));
    expect({ ...outcome, commands: inOrder }).toEqual(outcomeOf(one));
  });
});
