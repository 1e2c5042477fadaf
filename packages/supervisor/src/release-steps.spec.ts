import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleRelease } from '@fairness-deploy/release/testing';
import { literal } from '@fairness-deploy/shell';
import { outcomeOf, runCase, type CommandCase } from '@fairness-deploy/shell/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONTROL_CODE } from './control.js';
import { releaseSteps } from './release-steps.js';
import { sectionSchema } from './section.js';
import { application as example } from './testing/environment.js';

/** What a step does on a host, as data. `~` is the application's home, `ID` the release. */
interface Case extends CommandCase {
  readonly step: string;
  readonly undo?: true;
}

const IN_GREEN = { 'colours/green/release': '-> ../../releases/ID' };
const BOTH = { ...IN_GREEN, 'colours/blue/release': '-> ../../releases/other' };
const CONTROL = 'python3 -I -W ignore -c CONTROL';
const BLUE = 'shop-api:blue=3000 shop-client:blue=3001';
const GREEN = 'shop-api:green=3100 shop-client:green=3101';
const NOWHERE =
  'Cannot find the colour of the release ID: ~/colours has none of it\n  → deploy again';

const cases: readonly Case[] = [
  {
    name: 'start starts the programs of the colour that the release is in',
    step: 'start',
    host: IN_GREEN,
    programs: { python3: "echo 'shop-api:green RUNNING (7) up'" },
    commands: [`${CONTROL} start shop 78 15 ${GREEN}`],
    prints: 'shop-api:green RUNNING (7) up\n',
  },
  {
    name: 'start says what Supervisor says when it fails',
    step: 'start',
    host: IN_GREEN,
    programs: { python3: 'echo oh; echo dear >&2; exit 1' },
    commands: [`${CONTROL} start shop 78 15 ${GREEN}`],
    fails: 'oh\ndear',
  },
  {
    name: 'start fails when the release is in no colour',
    step: 'start',
    commands: [],
    fails: NOWHERE,
  },
  {
    name: 'undo start stops them',
    step: 'start',
    undo: true,
    host: { ...BOTH, live: '-> colours/blue' },
    commands: ['systemctl is-active --quiet supervisor', `${CONTROL} stop shop 78 15 ${GREEN}`],
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
    name: 'stop stops the programs of the previous release',
    step: 'stop',
    host: BOTH,
    commands: [`${CONTROL} stop shop 78 15 ${BLUE}`],
  },
  {
    name: 'stop fails when the release is in no colour',
    step: 'stop',
    commands: [],
    fails: NOWHERE,
  },
  {
    name: 'undo stop starts them again',
    step: 'stop',
    undo: true,
    host: BOTH,
    commands: [`${CONTROL} start shop 78 15 ${BLUE}`],
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
    const application = { ...example, home: folder };
    const section = sectionSchema.parse({ stopSeconds: 5 });
    const steps = releaseSteps(application, section, exampleRelease(application));
    const step = steps.find(({ name }) => name === one.step);
    const script = (one.undo ? step?.undo : step?.run)?.reveal();
    if (script === undefined) throw new Error(`Cannot find the step ${one.step}`);
    // Debian's Python, on a machine that need not have it.
    const here = script
      .replaceAll('[ -x /usr/bin/supervisord ]', ':')
      .replaceAll('/usr/bin/python3', 'python3');
    const outcome = runCase(literal(here), one, {
      folder,
      names: { ID: exampleRelease(example).id, CONTROL: CONTROL_CODE },
      programs: { python3: '', systemctl: '' },
      variables: { FD_JOB: folder },
    });
    expect(outcome).toEqual(outcomeOf(one));
  });
});
