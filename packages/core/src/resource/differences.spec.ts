import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';
import { diffText } from './text-diff.js';

interface Example {
  readonly name?: string | undefined;
  readonly size?: number;
  readonly on?: boolean;
  readonly words?: readonly string[];
}
const found = (from: Example | undefined, to: Example | undefined) => differences(from, to);

describe('differences()', () => {
  it('names each field that differs', () => {
    expect(
      found(
        { name: 'a', size: 1, on: true, words: ['x'] },
        { name: 'b', size: 1, on: false, words: ['x', 'y'] },
      ),
    ).toEqual([
      { kind: 'value', field: 'name', from: 'a', to: 'b' },
      { kind: 'value', field: 'on', from: 'true', to: 'false' },
      { kind: 'value', field: 'words', from: 'x', to: 'x, y' },
    ]);
  });

  it('leaves alone what is undefined in the desired state', () => {
    expect(found({ name: 'a', size: 1 }, { name: undefined, size: 1 })).toEqual([]);
  });

  it('lists all fields of what is created or removed', () => {
    expect(found(undefined, { name: 'a' })).toEqual([
      { kind: 'value', field: 'name', from: undefined, to: 'a' },
    ]);
    expect(found({ name: 'a' }, undefined)).toEqual([
      { kind: 'value', field: 'name', from: 'a', to: undefined },
    ]);
    expect(found({ name: 'a', words: [] }, undefined)).toHaveLength(1);
    expect(found(undefined, { name: 'a', words: [] })).toHaveLength(1);
    expect(found({ name: 'a' }, { name: 'a', words: [] })).toHaveLength(1);
  });

  it('shows text of several lines, and long lists, as a diff', () => {
    const long = ['a', 'b'].map((letter) => letter.repeat(40));
    expect(found({ words: long }, { words: long.slice(1) })).toEqual([
      {
        kind: 'text',
        field: 'words',
        hunks: `@@ -1,2 +1 @@\n-${'a'.repeat(40)}\n ${'b'.repeat(40)}`,
      },
    ]);
  });

  it('says of hidden fields only that they differ', () => {
    expect(differences<Example>({ name: 'a' }, { name: 'b' }, { hidden: ['name'] })).toEqual([
      { kind: 'hidden', field: 'name' },
    ]);
  });
});

describe('diffText()', () => {
  it('shows three lines around a change, and apart what is far apart', () => {
    const text = Array.from({ length: 20 }, (_, at) => `${String(at)}\n`).join('');
    expect(diffText(text, text.replace('\n2\n', '\ntwo\n').replace('\n17\n', '\n'))).toBe(
      `@@ -1,6 +1,6 @@
 0
 1
-2
+two
 3
 4
 5
@@ -15,6 +15,5 @@
 14
 15
 16
-17
 18
 19`,
    );
  });

  it('tells a missing end of the last line', () => {
    expect(diffText('a\nb', 'a\nb\n')).toBe(
      '@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b',
    );
  });

  it('shows texts that have nothing in common one after the other, without long search', () => {
    const lines = (word: string): string =>
      Array.from({ length: 4000 }, (_, at) => `${word}${String(at)}\n`).join('');
    const begun = performance.now();
    const hunks = diffText(lines('a'), lines('b'));
    expect(hunks.split('\n')).toHaveLength(8000);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
