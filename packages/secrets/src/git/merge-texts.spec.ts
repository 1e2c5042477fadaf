import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TeamMember } from '../age/recipient.js';
import type { Lock } from '../file/keys.js';
import { plainOf } from '../file/plain-of.js';
import { parsePlain } from '../file/plain-text.js';
import { openText, sealText } from '../file/secrets-file.js';
import { fixedKeys } from '../testing/fixed-keys.js';
import { lockChanges } from './merge-locks.js';
import { mergeVersions } from './merge-texts.js';
import { mergeValues } from './merge-values.js';

const keys = fixedKeys('correct horse', [
  'AGE-SECRET-KEY-16CU2PFG0Y8U05LPJ9ARAGPPREQ9ECA03CRSVXRSJ9NQ3YZ0ETC4QU2MCND',
]);
const ALICE = {
  key: 'age17q8gasmgl2drqx3xru53cpslq5870j30ppdnuuhk3j8fy237kyrsr92yj2',
  name: 'alice',
};
const BOB = { key: 'age1rzwhazrn2pmgnv3mwtxr56hxftwpxzxu8t058sf8erz08jxx63fsmrp974', name: 'bob' };
const CAROL = {
  key: 'age1crzqjgatceqcnj743gr0ldtng6jz5khu7kvgxj8z7z9uvh8g8qfqzhw9k3',
  name: 'carol',
};
const AGE: Lock = { format: 'age', environment: 'prod', recipients: [ALICE] };
const VAULT: Lock = {
  format: 'ansible-vault',
  password: { bytes: Buffer.from('correct horse'), from: 'the test' },
};

const opened = async (values: Readonly<Record<string, string>>, lock: Lock = AGE) =>
  openText(await sealText(plainOf(new Map(Object.entries(values))), lock), keys);
const valuesIn = async (text: string) => Object.fromEntries((await openText(text, keys)).values);

describe('mergeValues()', () => {
  const some = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'));
  const map = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));

  it('takes each change of either side, and reports each that both made otherwise', () => {
    fc.assert(
      fc.property(some, some, some, (base, ours, theirs) => {
        const { values, conflicts } = mergeValues(map(base), map(ours), map(theirs));
        for (const name of ['a', 'b', 'c', 'd']) {
          const [before, mine, other] = [base[name], ours[name], theirs[name]];
          const isConflict = conflicts.some((conflict) => conflict.name === name);
          expect(isConflict).toBe(mine !== other && mine !== before && other !== before);
          if (!isConflict) expect(values.get(name)).toBe(mine === before ? other : mine);
        }
      }),
    );
  });
});

describe('lockChanges()', () => {
  const both: Lock = { format: 'age', environment: 'prod', recipients: [ALICE, BOB] };
  const known = (): boolean => true;

  it('are none when both sides have the data key of before', async () => {
    const base = await opened({ a: '1' });
    const ours = await openText(await base.seal('a: 2\n'), keys);
    const theirs = await openText(await base.seal('a: 1\nb: 3\n'), keys);
    expect(lockChanges(base, ours, theirs, () => false)).toEqual([]);
  });

  it('are a new data key of the other side, and each recipient that it adds', async () => {
    const base = await opened({ a: '1' });
    const [forged, more] = [await opened({ a: 'x' }), await opened({ a: '1' }, both)];
    expect(lockChanges(base, base, forged, known)).toEqual(['the other side has a new data key']);
    expect(lockChanges(base, base, more, known)).toEqual([
      `the other side adds the recipient bob (${BOB.key})`,
      'the other side has a new data key',
    ]);
    expect(lockChanges(undefined, base, more, known)).toHaveLength(2);
    expect(lockChanges(base, forged, forged, known)).toEqual([]);
  });

  it('are a data key of this side that the clone does not know', async () => {
    const base = await opened({ a: '1' });
    const rekeyed = await opened({ a: '1' });
    expect(lockChanges(base, rekeyed, base, known)).toEqual([]);
    expect(lockChanges(base, rekeyed, base, () => false)).toEqual([
      'this side has a data key that this clone does not know',
    ]);
  });

  it('are none for a recipient whom this side removed', async () => {
    const base = await opened({ a: '1' }, both);
    expect(lockChanges(base, await opened({ a: '1' }), base, known)).toEqual([]);
  });
});

describe('mergeVersions()', () => {
  it('merges different secrets, and keeps the ciphertext of the others', async () => {
    const text = await sealText(
      plainOf(
        new Map([
          ['a', '1'],
          ['b', '2'],
          ['gone', '3'],
        ]),
      ),
      AGE,
    );
    const base = await openText(text, keys);
    const theirs = await openText(await base.seal('a: 1\nb: two\nc: 4\n'), keys);
    const { conflicts, plain, seal } = mergeVersions({ base, ours: base, theirs });
    expect(conflicts).toEqual([]);
    const merged = await seal(plain);
    expect(await valuesIn(merged)).toEqual({ a: '1', b: 'two', c: '4' });
    const line = (all: string): string => /^ {2}a: .*/m.exec(all)?.[0] ?? '';
    expect(line(merged)).toBe(line(text));
  });

  it('shows a real conflict with its marks, which are no secrets', async () => {
    const [base, ours, theirs] = [
      { a: '1', b: '2' },
      { a: 'ours\nx', b: '2' },
      { a: 'theirs', b: '2' },
    ];
    const merge = mergeVersions({
      base: await opened(base, VAULT),
      ours: await opened(ours, VAULT),
      theirs: await opened(theirs, VAULT),
    });
    expect(merge.plain).toBe(`<<<<<<< ours
a: |-
  ours
  x
=======
a: 'theirs'
>>>>>>> theirs
b: '2'
`);
    expect(() => parsePlain(merge.plain)).toThrow('line 1 is not YAML');
    const solved = merge.plain.replaceAll(/^[<>=].*\n|^a: \|-\n.*\n.*\n/gm, '');
    expect(await valuesIn(await merge.seal(solved))).toEqual({ a: 'theirs', b: '2' });
  });

  it('shows one side of a conflict with a removal, and several conflicts', async () => {
    const { conflicts, plain } = mergeVersions({
      base: await opened({ a: '1', b: '2', c: '3' }),
      ours: await opened({ b: 'x', c: '3' }),
      theirs: await opened({ a: '5', b: 'y', c: '3' }),
    });
    expect(conflicts.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(plain).toContain("<<<<<<< ours\n=======\na: '5'\n>>>>>>> theirs\n");
    expect(plain).toContain("<<<<<<< ours\nb: 'x'\n=======\nb: 'y'\n>>>>>>> theirs\nc: '3'\n");
  });

  it('encrypts for the recipients that either side added, without those that one removed', async () => {
    const values = { a: '1' };
    const both: Lock = { format: 'age', environment: 'prod', recipients: [ALICE, BOB] };
    const removed: Lock = {
      format: 'age',
      environment: 'prod',
      recipients: [ALICE],
      exposed: new Map([['a', 'bob']]),
    };
    const merge = mergeVersions({
      base: await opened(values, both),
      ours: await opened({ a: 'new', b: '2' }, both),
      theirs: await opened(values, removed),
    });
    const text = await merge.seal(merge.plain);
    expect(text).not.toContain('bob\nkey');
    // He could read what was added and changed while he was a recipient.
    expect(text).toContain('to-change:\n  a: bob\n  b: bob\n');
    expect(await valuesIn(text)).toEqual({ a: 'new', b: '2' });
    const added = mergeVersions({
      base: await opened(values),
      ours: await opened(values),
      theirs: await opened({ a: '2' }, both),
    });
    expect((await added.seal(added.plain)).match(/^ {2}- /gm)).toHaveLength(2);
  });

  it('merges the lists of who knows a secret, without secrets that were changed since', async () => {
    const all: Lock = { format: 'age', environment: 'prod', recipients: [ALICE, BOB, CAROL] };
    const base = await opened({ a: '1', b: '2' }, all);
    const without = (gone: TeamMember, exposed: Readonly<Record<string, string>>): Lock => ({
      format: 'age',
      environment: 'prod',
      recipients: [ALICE, BOB, CAROL].filter((one) => one !== gone),
      exposed: new Map(Object.entries(exposed)),
    });
    const merge = mergeVersions({
      base,
      ours: await opened({ a: '1', b: '2' }, without(BOB, { a: 'bob', b: 'bob' })),
      theirs: await opened({ a: '1', b: 'new' }, without(CAROL, { a: 'carol' })),
    });
    const { exposed } = await openText(await merge.seal(merge.plain), keys);
    expect(Object.fromEntries(exposed)).toEqual({ a: 'bob, carol', b: 'bob' });
  });

  it('keeps the data key of the side that was rekeyed, and takes a new one when both were', async () => {
    const text = await sealText(plainOf(new Map([['a', '1']])), AGE);
    const base = await openText(text, keys);
    const ours = await openText(await base.seal("a: '1'\nb: '2'\n"), keys);
    const [rekeyed, other] = [await opened({ a: '1' }), await opened({ a: '1' })];
    for (const versions of [
      { base, ours, theirs: rekeyed },
      { base, ours: rekeyed, theirs: ours },
    ]) {
      const merge = mergeVersions(versions);
      const merged = await openText(await merge.seal(merge.plain), keys);
      expect(merged.sealedKey).toBe(rekeyed.sealedKey);
      expect(Object.fromEntries(merged.values)).toEqual({ a: '1', b: '2' });
    }
    const both = mergeVersions({ base, ours: rekeyed, theirs: other });
    const { sealedKey } = await openText(await both.seal(both.plain), keys);
    for (const known of [base, rekeyed, other]) expect(sealedKey).not.toBe(known.sealedKey);
  });

  it('takes the new one of two passwords, whichever side has it', async () => {
    const lockOf = (password: string): Lock => ({
      format: 'ansible-vault',
      password: { bytes: Buffer.from(password), from: 'the test' },
    });
    const make = async (plain: string, password: string) =>
      openText(await sealText(plain, lockOf(password)), fixedKeys(password));
    const base = await make('a: 1\n', 'old');
    const [mine, theirs] = [await make('a: 2\n', 'old'), await make('a: 1\nb: 3\n', 'new')];
    for (const versions of [
      { base, ours: mine, theirs },
      { base, ours: theirs, theirs: mine },
    ]) {
      const merge = mergeVersions(versions);
      const merged = await openText(await merge.seal(merge.plain), fixedKeys('new'));
      expect(Object.fromEntries(merged.values)).toEqual({ a: '2', b: '3' });
    }
  });

  it('follows the side that moved to another format', async () => {
    const merge = mergeVersions({
      base: await opened({ a: '1' }, VAULT),
      ours: await opened({ a: '2' }, VAULT),
      theirs: await opened({ a: '1', b: '3' }, AGE),
    });
    const text = await merge.seal(merge.plain);
    expect(text).toMatch(/^# Secrets/);
    expect(await valuesIn(text)).toEqual({ a: '2', b: '3' });
  });

  it('merges two files that both sides made', async () => {
    const merge = mergeVersions({
      base: undefined,
      ours: await opened({ a: '1', c: '3' }),
      theirs: await opened({ b: '2', c: '3' }),
    });
    expect(merge.conflicts).toEqual([]);
    expect(await valuesIn(await merge.seal(merge.plain))).toEqual({ a: '1', c: '3', b: '2' });
  });
});
