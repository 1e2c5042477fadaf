import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import type { MigrationInputs } from '../host/migration-record.js';
import { describeMigration, migrationInputs, planMigration } from './plan-migration.js';

const release = '20261123-101502-3f2a1bc';
const env = (url: string) => ({ DATABASE_URL: Text.of(new Secret('url', url)) });
const inputs = (changes: {
  readonly url?: string;
  readonly migrate?: string;
  readonly migrations?: string;
}): MigrationInputs => {
  const {
    url = 'postgres://a',
    migrate = 'npm run migrate',
    migrations = 'a'.repeat(40),
  } = changes;
  return migrationInputs({ env: env(url) }, { migrate }, migrations);
};
const last = { ...inputs({}), release };
const since = `since the last migration, that of ${release}`;

describe('planMigration()', () => {
  it('does not run when nothing has changed', () => {
    const plan = planMigration(inputs({}), {}, last, false);
    expect(plan.last).toBe(last);
    expect(describeMigration(plan)).toBe(
      `migrate will not run: the commit, its command and the variables and files have not changed ${since}; --migrate runs it`,
    );
  });

  it.each([
    [inputs({ migrations: 'b'.repeat(40) }), {}, last, false, `the commit changed ${since}`],
    [
      inputs({ migrations: 'b'.repeat(40) }),
      ...([{ migrations: { folder: 'prisma/migrations' } }, last, false] as const),
      `the folder prisma/migrations changed ${since}`,
    ],
    [inputs({ migrate: 'make db' }), {}, last, false, `its command changed ${since}`],
    [
      inputs({ url: 'postgres://b', migrate: 'make db' }),
      ...([{}, last, false] as const),
      `its command and the variables or files changed ${since}`,
    ],
    [inputs({}), {}, last, true, 'it was asked for'],
    [
      inputs({}),
      ...([{}, undefined, false] as const),
      'the host has no record of an earlier one: it is the first one, or a rollback or a restore has removed it',
    ],
  ])('runs when it may be needed, and says why (%#)', (of, section, record, asked, why) => {
    const plan = planMigration(of, section, record, asked);
    expect(plan.last).toBeUndefined();
    expect(describeMigration(plan)).toBe(`migrate will run: ${why}`);
  });

  it('runs when a file that is written into the release has changed', () => {
    const withFile = (content: string): MigrationInputs =>
      migrationInputs(
        { env: env('postgres://a') },
        { migrate: 'npm run migrate' },
        'a'.repeat(40),
        [{ path: 'ormconfig.json', when: 'start', content: Text.of(new Secret('db', content)) }],
      );
    const record = { ...withFile('one'), release };
    expect(planMigration(withFile('one'), {}, record, false).last).toBe(record);
    expect(planMigration(withFile('other'), {}, record, false).last).toBeUndefined();
  });

  it('never shows the digest of the variables', () => {
    expect(`${JSON.stringify(last)} ${String(last.variables)}`).not.toContain(
      last.variables.reveal(),
    );
  });
});
