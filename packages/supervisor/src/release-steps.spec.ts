import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { exampleRelease } from '@fairness-deploy/release/testing';
import { literal } from '@fairness-deploy/shell';
import { outcomeOf, REAL, runCase, type CommandCase } from '@fairness-deploy/shell/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONTROL_CODE } from './control.js';
import { TRY_CODE } from './try-configuration.js';
import { releaseSteps } from './release-steps.js';
import { application as example } from './testing/environment.js';

/** What a step does on a host, as data. `~` is the application's home, `ID` the release. */
interface Case extends CommandCase {
  readonly step: string;
  readonly undo?: true;
}

/** What the releases have: the previous one had other programs. */
const BROUGHT = {
  'shared/configuration/ID/programs-green':
    'api shared 5 3100\nweb shared 20 ~/sockets/web-green.sock\njobs exclusive 30 -\n',
  'shared/configuration/ID/supervisor-green.conf': '',
  'shared/configuration/other/programs-blue': 'api shared 20 3000\nold exclusive 60 -\n',
  'shared/configuration/other/supervisor-blue.conf': '',
};
const IN_GREEN = { ...BROUGHT, 'colours/green/release': '-> ../../releases/ID' };
const BOTH = { ...IN_GREEN, 'colours/blue/release': '-> ../../releases/other' };
const FILES = { install: REAL, sync: '', rm: REAL, mv: REAL, ln: REAL };
const CONTROL = 'python3 -I -W ignore -c CONTROL';
const GREEN = "shop-green:api=3100 'shop-green:web=~/sockets/web-green.sock'";
const GROUPS = (colour: string): string => `shop-${colour} shop-${colour}-workers`;
const NOWHERE =
  'Cannot find the colour of the release ID: ~/colours has none of it\n  → deploy again';
const PLACED = (colour: string, release: string): readonly string[] => [
  `install -m 0644 -- ~/shared/configuration/${release}/supervisor-${colour}.conf ~/conf.d/shop-${colour}.conf.fd-new`,
  `python3 -I -W ignore -c TRY /etc/supervisor/supervisord.conf ~/conf.d/shop-${colour}.conf ~/conf.d/shop-${colour}.conf.fd-new ''`,
  `sync -- ~/conf.d/shop-${colour}.conf.fd-new`,
  `mv -fT -- ~/conf.d/shop-${colour}.conf.fd-new ~/conf.d/shop-${colour}.conf`,
];

const cases: readonly Case[] = [
  {
    name: 'start places the configuration of the colour, and starts what may overlap',
    step: 'start',
    host: IN_GREEN,
    programs: { python3: "echo 'shop-green:api RUNNING 7 1 up'" },
    commands: [...PLACED('green', 'ID'), `${CONTROL} start shop 78 30 ${GROUPS('green')} ${GREEN}`],
    prints: 'shop-green:api RUNNING 7 1 up\nshop-green:api RUNNING 7 1 up\n',
  },
  {
    name: 'start fails when the release is in no colour',
    step: 'start',
    commands: [],
    fails: NOWHERE,
  },
  {
    name: 'undo start stops all of the colour',
    step: 'start',
    undo: true,
    host: { ...BOTH, live: '-> colours/blue' },
    commands: [
      'rm -f -- ~/conf.d/shop-green.conf',
      'systemctl is-active --quiet supervisor',
      `${CONTROL} stop shop 78 40 ${GROUPS('green')} ${GREEN} shop-green-workers:jobs=`,
    ],
  },
  {
    name: 'undo start leaves them with the traffic that could not switch back',
    step: 'start',
    undo: true,
    host: { ...IN_GREEN, live: '-> colours/green' },
    commands: [],
  },
  {
    name: 'undo start does nothing when the release is in no colour',
    step: 'start',
    undo: true,
    commands: [],
  },
  {
    name: 'hand over stops the workers of the previous release before those of this one may start',
    step: 'hand over workers',
    host: { ...BOTH, workers: '-> colours/blue' },
    commands: [
      `${CONTROL} stop shop 78 70 shop-blue-workers shop-blue-workers:old=`,
      'cd ~',
      'rm -f -- .next-workers',
      'ln -s -- colours/green .next-workers',
      'mv -T -- .next-workers workers',
      'cd /',
      `${CONTROL} start shop 78 40 shop-green-workers:jobs=`,
    ],
  },
  {
    name: 'undo hand over gives the turn back',
    step: 'hand over workers',
    undo: true,
    host: { ...BOTH, workers: '-> colours/green' },
    commands: [
      `${CONTROL} stop shop 78 40 shop-green-workers shop-green-workers:jobs=`,
      'cd ~',
      'rm -f -- .next-workers',
      'ln -s -- colours/blue .next-workers',
      'mv -T -- .next-workers workers',
      'cd /',
      `${CONTROL} wake shop 78 70 shop-blue-workers:old=`,
    ],
  },
  {
    name: 'undo hand over takes the turn away where there was no release before',
    step: 'hand over workers',
    undo: true,
    host: { ...IN_GREEN, workers: '-> colours/green' },
    commands: [
      `${CONTROL} stop shop 78 40 shop-green-workers shop-green-workers:jobs=`,
      'rm -f -- ~/workers',
    ],
  },
  {
    name: 'stop removes the configuration of the previous release, and stops all its programs',
    step: 'stop',
    host: BOTH,
    commands: [
      'rm -f -- ~/conf.d/shop-blue.conf',
      `${CONTROL} stop shop 78 70 ${GROUPS('blue')} shop-blue:api=3000 shop-blue-workers:old=`,
    ],
  },
  {
    name: 'stop does nothing when there was no release before',
    step: 'stop',
    host: IN_GREEN,
    commands: [],
  },
  {
    name: 'stop fails when the release is in no colour',
    step: 'stop',
    commands: [],
    fails: NOWHERE,
  },
  {
    name: 'undo stop starts what may overlap again',
    step: 'stop',
    undo: true,
    host: BOTH,
    commands: [...PLACED('blue', 'other'), `${CONTROL} start shop 78 30 shop-blue:api=3000`],
  },
  {
    name: 'undo stop starts nothing when there was no release before',
    step: 'stop',
    undo: true,
    host: IN_GREEN,
    commands: [],
  },
];

describe('releaseSteps()', () => {
  it.each(cases)('$name', (one) => {
    const folder = mkdtempSync(join(tmpdir(), 'fd-supervisor-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const application = {
      ...example,
      home: folder,
      processes: [...example.processes, exampleProcess({ name: 'jobs' })],
    };
    const release = exampleRelease(application);
    const step = releaseSteps(application, release, []).find(({ name }) => name === one.step);
    const script = (one.undo ? step?.undo : step?.run)?.reveal();
    if (script === undefined) throw new Error(`Cannot find the step ${one.step}`);
    // Debian's Python and Supervisor, on a machine that need not have them.
    const conf = join(folder, 'conf.d');
    const here = script
      .replaceAll('[ -x /usr/bin/supervisord ]', ':')
      .replaceAll('/usr/bin/python3', 'python3')
      .replaceAll('/etc/supervisor/conf.d', conf);
    const outcome = runCase(
      literal(here),
      { ...one, host: { ...one.host, 'conf.d/': '' } },
      {
        folder,
        names: { ID: release.id, CONTROL: CONTROL_CODE, TRY: TRY_CODE },
        programs: { python3: '', systemctl: '', ...FILES },
        variables: { FD_JOB: folder },
      },
    );
    expect(outcome).toEqual(outcomeOf(one));
  });
});
