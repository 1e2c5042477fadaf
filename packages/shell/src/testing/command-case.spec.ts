import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { notice } from '../script/notice.js';
import { sh } from '../script/sh.js';
import { outcomeOf, runCase, type CommandCase } from './command-case.js';

const ID = '20261123-101502-3f2a1bc';

const cases: readonly CommandCase[] = [
  {
    name: 'a link',
    host: { live: '-> releases/ID', 'releases/ID/': '' },
    commands: ['cd ~/releases/ID', 'git add ID'],
    prints: 'NOTICE Adding ID\n',
  },
  {
    name: 'no link, and no folder where it is',
    host: { 'live/file': '' },
    commands: [],
    fails: '~/live is not a link',
  },
  {
    name: 'git, which fails',
    host: { live: '-> releases/ID', 'releases/ID/': '' },
    programs: { git: 'echo oh dear >&2; exit 1' },
    commands: ['cd ~/releases/ID', 'git add ID'],
    fails: 'oh dear',
  },
];

describe('runCase()', () => {
  it.each(cases)('gives the result of $name', (one) => {
    const folder = mkdtempSync(join(tmpdir(), 'fd-case-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const live = `${folder}/live`;
    const script = sh`
      [ -L ${live} ] || { echo ${`${live} is not a link`} >&2; exit 1; }
      cd -P ${live}
      git add ${ID}
      echo ${notice(`Adding ${ID}`)}`;
    const stage = { folder, names: { ID }, programs: { git: '' } };
    expect(runCase(script, one, stage)).toEqual(outcomeOf(one));
  });
});
