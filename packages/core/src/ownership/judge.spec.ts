import { describe, expect, it } from 'vitest';
import { nameOfOwned } from '../resource/owned.js';
import { judgeLeftovers, type Declaration, type Found } from './judge.js';
import type { RecordedEntry } from './record.js';

const entry = (kind: string, name: string, more: Partial<RecordedEntry> = {}): RecordedEntry => ({
  kind,
  name,
  sections: ['server'],
  origin: 'created',
  ...more,
});

const nothing: Declaration = { owned: [], removed: [], removesOwn: new Map(), drop: [] };

function judge(
  entries: readonly RecordedEntry[],
  declared: Partial<Declaration> = {},
  host: Partial<Found> = {},
) {
  const { remove, keep, forget } = judgeLeftovers(
    { ...nothing, ...declared },
    { entries, others: new Map(), contents: new Map(), ...host },
  );
  return {
    remove: remove.map(nameOfOwned),
    keep: keep.map(({ entry: one, why, recorded }) => [nameOfOwned(one), why, recorded]),
    forget: forget.map(nameOfOwned),
  };
}

describe('judgeLeftovers()', () => {
  it('removes what is not declared any more: files, then their folders, accounts and packages', () => {
    const entries = [
      entry('package', 'jq'),
      entry('directory', '/etc/own'),
      entry('user', 'ana'),
      entry('directory', '/etc/own/deep'),
      entry('file', '/etc/own/deep/a'),
      entry('file', '/etc/stays'),
    ];
    expect(judge(entries, { owned: [entry('file', '/etc/stays')] })).toEqual({
      remove: [
        'file:/etc/own/deep/a',
        'directory:/etc/own/deep',
        'directory:/etc/own',
        'user:ana',
        'package:jq',
      ],
      keep: [],
      forget: [],
    });
  });

  it('leaves what was on the host before, and what another environment has', () => {
    const entries = [entry('file', '/etc/motd', { origin: 'found' }), entry('package', 'nginx')];
    const others = new Map([['blog@blog', [entry('package', 'nginx', { origin: 'found' })]]]);
    expect(judge(entries, {}, { others })).toEqual({
      remove: [],
      keep: [
        ['file:/etc/motd', 'it was on the host before', false],
        ['package:nginx', 'the environment "blog" has it too', false],
      ],
      forget: [],
    });
  });

  it('keeps data, and what serves it, until it may be dropped', () => {
    const sections = ['postgres'];
    const entries = [
      entry('postgres-database', ':5432/shop', { sections, data: 'database' }),
      entry('package', 'postgresql', { sections }),
      entry('package', 'jq'),
    ];
    expect(judge(entries)).toMatchObject({
      remove: ['package:jq'],
      keep: [
        ['postgres-database::5432/shop', 'data; --drop-database removes it', true],
        ['package:postgresql', 'data that stays needs it', true],
      ],
    });
    expect(judge(entries, { drop: ['data'] }).remove).toEqual(['package:jq']);
    expect(judge(entries, { drop: ['database'] }).remove).toEqual([
      'postgres-database::5432/shop',
      'package:postgresql',
      'package:jq',
    ]);
  });

  it('keeps a folder in which something is left, and those around it', () => {
    const entries = [
      entry('directory', '/srv/a'),
      entry('directory', '/srv/a/b'),
      entry('file', '/srv/a/own'),
    ];
    const contents = new Map([
      ['/srv/a', ['/srv/a/b', '/srv/a/own']],
      ['/srv/a/b', ['/srv/a/b/of-people']],
    ]);
    const judged = judge(entries, {}, { contents });
    expect(judged.remove).toEqual(['file:/srv/a/own']);
    expect(judged.keep.map(([address]) => address)).toEqual([
      'directory:/srv/a/b',
      'directory:/srv/a',
    ]);
    expect(judge(entries, { drop: ['data'] }, { contents }).keep).toEqual([]);
    expect(judge(entries, {}, { contents: new Map([['/srv/a', undefined]]) }).remove).toEqual([
      'file:/srv/a/own',
      'directory:/srv/a/b',
    ]);
  });

  it('leaves to a section what it removes itself, and to a resource what that removes', () => {
    const entries = [
      entry('path', '/etc/nginx/sites-enabled/old.conf', { sections: ['nginx'] }),
      entry('file', '/etc/absent'),
    ];
    const declared = {
      removesOwn: new Map([['nginx', ['path']]]),
      removed: [{ kind: 'file', name: '/etc/absent' }],
    };
    expect(judge(entries, declared)).toEqual({
      remove: [],
      keep: [],
      forget: ['file:/etc/absent', 'path:/etc/nginx/sites-enabled/old.conf'],
    });
    // Without the section, nobody else does.
    expect(judge(entries).remove).toHaveLength(2);
  });

  it('never removes with a folder what is declared in it, or what another environment has in it', () => {
    const entries = [
      entry('directory', '/srv/shared'),
      entry('directory', '/srv/d'),
      entry('path', '/srv/shop', { data: 'data' }),
    ];
    const others = new Map([['two@@x', [entry('file', '/srv/shared/two')]]]);
    const declared: Partial<Declaration> = {
      drop: ['data'],
      owned: [entry('file', '/srv/d/keep'), entry('file', '/srv/shopping')],
    };
    expect(judge(entries, declared, { others })).toMatchObject({
      remove: ['path:/srv/shop'],
      keep: [
        ['directory:/srv/shared', 'the environment "two" has file:/srv/shared/two in it', true],
        ['directory:/srv/d', 'file:/srv/d/keep is declared, and in it', true],
      ],
    });
  });

  it('never removes the former home of an account that is declared', () => {
    const entries = [entry('home', 'ana:/srv/ana', { data: 'data' })];
    expect(judge(entries, { drop: ['data'], owned: [entry('user', 'ana')] }).keep).toEqual([
      ['home:ana:/srv/ana', 'ana is declared, and may have it', true],
    ]);
    expect(judge(entries, { drop: ['data'] }).remove).toEqual(['home:ana:/srv/ana']);
  });
});
