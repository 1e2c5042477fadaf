import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { defineResource } from './define-resource.js';

interface Note {
  readonly name: string;
  readonly text: string;
}

const note = defineResource<Note, { text: string }, Pick<Note, 'name'>>({
  type: 'note',
  name: ({ name }) => name,
  check: ({ name }) => {
    if (name === '') throw new RangeError('Cannot name a note nothing');
  },
  read: ({ name }) => sh`cat ${name}`,
  parse: (output) => ({ text: output }),
  desired: ({ text }) => ({ text }),
  write: ({ name, text }) => sh`echo ${text} >${name}`,
  remove: ({ name }) => sh`rm ${name}`,
  follows: () => ['folder:x'],
});

const tags = defineResource<{ readonly names: readonly string[] }, { names: readonly string[] }>({
  type: 'tags',
  name: () => 'all',
  read: ({ names }) => sh`tags ${names}`,
  parse: (output) => ({ names: output.split(' ') }),
  desired: ({ names }) => ({ names }),
  write: ({ names }) => sh`tag ${names}`,
  merge: (one, other) => ({ names: [...new Set([...one.names, ...other.names])] }),
});

describe('defineResource()', () => {
  it('plans to create what is absent, to update what differs, and nothing else', () => {
    const resource = note({ name: 'a', text: 'x' });
    expect(resource.plan('')).toMatchObject({
      action: 'create',
      differences: [{ kind: 'value', field: 'text', from: undefined, to: 'x' }],
    });
    expect(resource.plan('y')?.action).toBe('update');
    expect(String(resource.plan('y')?.apply)).toBe(String(resource.plan('')?.apply));
    expect(resource.plan('x')).toBeUndefined();
  });

  it('plans to remove what should be absent, by its identity alone', () => {
    const resource = note({ name: 'a' }, { ensure: 'absent' });
    expect(resource.plan('')).toBeUndefined();
    expect(resource.plan('y')?.action).toBe('remove');
    expect(String(resource.plan('y')?.apply)).toBe('rm a');
  });

  it('refuses what its type refuses, and to remove what it cannot', () => {
    expect(() => note({ name: '', text: '' })).toThrow('Cannot name a note nothing');
    expect(() => tags({ names: ['a'] }, { ensure: 'absent' })).toThrow(
      "Cannot declare tags:all as absent: its type can't be removed",
    );
  });

  it('comes after each given resource once', () => {
    const first = note({ name: 'first', text: '' });
    const { after, follows } = note(
      { name: 'a', text: 'x' },
      { after: [first, 'b:c', 'b:c'], follows: [first, 'note:a', 'd:e'] },
    );
    expect(after).toEqual(['note:first', 'b:c']);
    expect(follows).toEqual(['d:e', 'folder:x']);
  });

  it('merges two that ask for the same into one that comes after what both do', () => {
    const one = note({ name: 'a', text: 'x' }, { after: ['b:c'] });
    const other = note({ name: 'a', text: 'x' }, { after: ['d:e'] });
    expect(one.equals(other)).toBe(true);
    expect(one.merge?.(other).after).toEqual(['b:c', 'd:e']);
  });

  it('does not merge a contradiction', () => {
    const one = note({ name: 'a', text: 'x' });
    for (const other of [
      note({ name: 'a', text: 'y' }),
      note({ name: 'a' }, { ensure: 'absent' }),
    ]) {
      expect(one.equals(other)).toBe(false);
      expect(() => one.merge?.(other)).toThrow('note:a is declared twice, with different contents');
    }
  });

  it("merges specs in its type's own way, any number of times", () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => tags({ names: [name] }));
    if (!a || !b || !c) throw new TypeError();
    const merged = a.merge?.(b).merge?.(c);
    expect(String(merged?.plan('x')?.apply)).toBe('tag a b c');
  });
});
