import { describe, expect, it } from 'vitest';
import { declareMigrations, newMigrations } from './declare-migrations.js';

describe('declareMigrations()', () => {
  it('takes the word of the name first, then what was declared before, then the section', () => {
    const earlier = [
      [{ name: '1.sql', compatible: true }, { name: '2.sql' }],
      [{ name: '3.expand.sql', compatible: false }],
    ];
    expect(
      declareMigrations(
        ['4.contract.sql', '3.expand.sql', '2.sql', '1.sql'],
        { compatible: false },
        earlier,
      ),
    ).toEqual([
      { name: '1.sql', compatible: true },
      { name: '2.sql', compatible: false },
      { name: '3.expand.sql', compatible: true },
      { name: '4.contract.sql', compatible: false },
    ]);
    expect(declareMigrations(['1.sql'], {}, [])).toEqual([{ name: '1.sql' }]);
  });

  it('lists neither too many nor too long names, and the last ones', () => {
    const many = Array.from({ length: 2500 }, (_, at) => `V${String(at)}__change.sql`);
    const listed = declareMigrations([...many, 'x'.repeat(5000)], {}, []);
    expect(listed).toHaveLength(2000);
    expect(listed.at(-1)?.name).toHaveLength(1000);
    expect(listed.at(-2)?.name).toBe('V2499__change.sql');
  });
});

it('newMigrations() are those that the live release does not have', () => {
  const [one, two] = [{ name: '1' }, { name: '2', compatible: true }];
  expect(newMigrations([one, two], [one])).toEqual([two]);
  expect(newMigrations([one], [one, two])).toEqual([]);
});

it('newMigrations() never leave out one that is declared incompatible', () => {
  const all = Array.from({ length: 100 }, (_, at) => ({ name: String(at) }));
  const found = newMigrations([{ name: 'drop', compatible: false }, ...all], []);
  expect(found).toHaveLength(51);
  expect(found[0]).toEqual({ name: 'drop', compatible: false });
});
