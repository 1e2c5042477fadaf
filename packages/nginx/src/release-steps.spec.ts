import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '@fairness-deploy/core';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { exampleRelease } from '@fairness-deploy/release/testing';
import { outcomeOf, runCase, type CommandCase } from '@fairness-deploy/shell/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { releaseSteps } from './release-steps.js';
import { sectionSchema, sitesOf } from './section.js';
import { application as example } from './testing/environment.js';

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

const IN_BLUE = { 'colours/blue/release': '-> ../../releases/ID' };
const IN_GREEN = { 'colours/green/release': '-> ../../releases/ID' };
const SOCKETS = {
  processes: ['client', 'api'].map((name) => exampleProcess({ name, route: `/${name}` })),
};

/** nginx, whose processes are 7 and 8. */
const NGINX = { systemctl: '[ "$1" != show ] || echo 7', pgrep: 'echo 8' };
const IS_ACTIVE = 'systemctl is-active --quiet nginx';
const ASK =
  "curl --silent --globoff --noproxy '*' --output /dev/null --write-out '%{http_code}' --max-time 10 --header";

const cases: readonly Case[] = [
  {
    name: 'check nginx fails when nginx does not run',
    step: 'check nginx',
    programs: { systemctl: 'exit 3' },
    commands: [IS_ACTIVE],
    fails: 'Cannot move traffic: nginx does not run\n  → see: systemctl status nginx',
  },
  {
    name: 'check nginx fails when requests go elsewhere than the environment has it',
    step: 'check nginx',
    of: { processes: example.processes.slice(1) },
    programs: { sed: 'case $2 in *api-blue*) echo 127.0.0.1:3000 ;; *) echo 127.0.0.1:9 ;; esac' },
    commands: [
      IS_ACTIVE,
      String.raw`sed -n '/^upstream shop-api-blue {/,/^}/s/^ *server \([^ ]*\) max_fails=0;/\1/p' /etc/nginx/upstreams/shop-api.conf`,
      String.raw`sed -n '/^upstream shop-api-green {/,/^}/s/^ *server \([^ ]*\) max_fails=0;/\1/p' /etc/nginx/upstreams/shop-api.conf`,
    ],
    fails:
      'Cannot move traffic: nginx sends the requests for api to 127.0.0.1:9, and the environment has it listen on 127.0.0.1:3100\n  → provision first',
  },
  {
    name: 'check nginx fails when nginx does not see the link',
    step: 'check nginx',
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
    name: 'undo check nginx waits for the requests of the release',
    step: 'check nginx',
    undo: true,
    host: IN_GREEN,
    commands: ["ss -Htnp state connected '( dst 127.0.0.1:3101 or dst 127.0.0.1:3100 )'"],
  },
  {
    name: 'undo check nginx does nothing when the release is in no colour',
    step: 'check nginx',
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
    of: SOCKETS,
    host: IN_BLUE,
    commands: [
      "ss -Hx state connected '( src ~/sockets/client-green.sock or src ~/sockets/api-green.sock )'",
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
    name: 'confirm asks each site for each process that is reached through it',
    step: 'confirm through nginx',
    section: {
      sites: { shop: {}, admin: { domains: ['*.shop.test', 'shop.test'], listen: 8080 } },
    },
    host: { 'shared/env/ID.client': '' },
    programs: { curl: 'printf 200' },
    commands: [
      `${ASK} 'Host: localhost' -- http://127.0.0.1:80/`,
      `${ASK} 'Host: shop.test' -- http://127.0.0.1:8080/`,
    ],
  },
  {
    name: 'confirm asks for no process that the release does not have',
    step: 'confirm through nginx',
    commands: [],
  },
  {
    name: 'confirm asks nothing while the maintenance page is on',
    step: 'confirm through nginx',
    host: { 'shared/env/ID.client': '', maintenance: '' },
    commands: [],
    prints: 'NOTICE The maintenance page is on: the release was not checked through nginx\n',
  },
];

describe('releaseSteps()', () => {
  it('are these, in their phases', () => {
    const steps = stepsOf(example).map(({ phase, name, undo }) => [phase, name, Boolean(undo)]);
    expect(steps).toEqual([
      ['check', 'check nginx', true],
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
