import { z } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { sectionSchema } from './section.js';
import { validateMigrations } from './validate-migrations.js';

const issues = (section: object) =>
  validateMigrations(z.parse(sectionSchema, { mode: 'local', ...section }));

it('a backup before a migration needs backups', () => {
  expect(issues({ migrations: { backup: true } })).toEqual([
    {
      path: ['migrations', 'backup'],
      message: 'there are no backups',
      hint: 'describe them as well, such as: backups: {}',
    },
  ]);
  expect(issues({ migrations: { backup: true }, backups: {} })).toEqual([]);
  expect(issues({})).toEqual([]);
});

it.each([
  [{ lockTimeout: 0 }, 'greater than 0'],
  [{ statementTimeout: '5s' }, 'a number of seconds'],
  [{ retries: 1.5 }, 'a whole number between 0 and 20'],
  [{ retries: 21 }, 'a whole number between 0 and 20'],
  [{ backup: 'yes' }, 'expected true or false'],
])('migrations are not %j', (migrations, message) => {
  const { error } = sectionSchema.safeParse({ mode: 'local', migrations });
  expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
});
