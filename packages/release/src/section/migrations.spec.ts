import { describe, expect, it } from 'vitest';
import { declaredByName, migrationsSchema } from './migrations.js';

describe('migrations', () => {
  it('are a folder, or a map that also says what is declared', () => {
    expect(migrationsSchema.parse('db/migrations')).toEqual({ folder: 'db/migrations' });
    const both = { folder: 'db', compatible: false };
    expect(migrationsSchema.parse(both)).toEqual(both);
    expect(migrationsSchema.parse({ compatible: true })).toEqual({ compatible: true });
  });

  it.each([['../x'], [3], [{ folder: '/etc' }], [{ compatible: 'yes' }], [{ directory: 'db' }]])(
    'are not %j',
    (given) => {
      expect(migrationsSchema.safeParse(given).success).toBe(false);
    },
  );
});

it.each([
  ['0004_drop_names.contract.sql', false],
  ['1700000000000_add-places.expand.sql', true],
  ['0004_contract_drop_names.sql', false],
  ['1700000000000-expand-places.js', true],
  ['20261130120000_contract_drop/up.sql', false],
  ['V12__Contract_drop_names.sql', false],
  ['V1.2__expand_places.sql', true],
  ['drop_names.CONTRACT', false],
  ['contract-drop.sql', false],
  // In doubt.
  ['0004_drop.expand.contract.sql', false],
  ['0004_expand_places.contract.sql', false],
  // Things of an application.
  ['0004_add_contract_table.sql', undefined],
  ['0004_create_contract.sql', undefined],
  ['0004_expand.sql', true],
  ['0004_contracts.sql', undefined],
  ['0004_expanded_names.sql', undefined],
  ['0004_add_places.sql', undefined],
  ['1700000000000-ContractDropNames.ts', undefined],
])('the name %s declares %s', (name, declared) => {
  expect(declaredByName(name)).toBe(declared);
});
