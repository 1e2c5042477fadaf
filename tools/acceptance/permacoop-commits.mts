import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clone } from './clone.mjs';
import { replaceIn } from './workspace.mjs';

/** The path of a public file that tells which commit is served. */
export const VERSION_PATH = '/images/acceptance.txt';

/** The table that a migration of the test makes. */
export const TABLE = 'acceptance';

/** Commits to Permacoop, as its developers might make them. */
export class PermacoopCommits {
  readonly #clone: Clone;

  constructor(clone: Clone) {
    this.#clone = clone;
  }

  /** A change that visitors see. */
  version(version: string): void {
    this.#write('src/public/images/acceptance.txt', `${version}\n`);
    this.#clone.commit(`Version ${version}`);
  }

  /** A change with a migration that adds a table. */
  migration(version: string): void {
    this.#addMigration('1900000000000', `CREATE TABLE ${TABLE} (id integer PRIMARY KEY)`);
    this.version(version);
  }

  /** A migration that changes something, and then fails. */
  brokenMigration(): void {
    this.#addMigration(
      '1900000000001',
      `DROP TABLE ${TABLE}`,
      'ALTER TABLE "customer" ADD "shoe_size" no_such_type',
    );
    this.#clone.commit('Keep the customers’ shoe sizes');
  }

  /** A release that throws as it starts. */
  crash(): void {
    const start = 'async function bootstrap() {';
    replaceIn(
      join(this.#clone.folder, 'src/main.ts'),
      start,
      `${start}\n  throw new Error('the coffee machine is out of reach');`,
    );
    this.#clone.commit('Ask the coffee machine first');
  }

  /** A worker that counts the users in the database every second. */
  worker(): void {
    this.#write(
      'worker.js',
      `const { Client } = require('pg');
const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USERNAME, DATABASE_PASSWORD } = process.env;
const client = new Client({
  host: DATABASE_HOST,
  port: Number(DATABASE_PORT),
  database: DATABASE_NAME,
  user: DATABASE_USERNAME,
  password: DATABASE_PASSWORD,
});
client.connect().then(() => {
  setInterval(async () => {
    const { rows } = await client.query('SELECT count(*) FROM "user"');
    console.log('worker sees ' + rows[0].count + ' users');
  }, 1000);
});
process.on('SIGTERM', () => process.exit(0));
`,
    );
    this.#clone.commit('Count the users');
  }

  /** Removes the last commit. */
  undo(): void {
    this.#clone.undo();
  }

  #addMigration(at: string, ...statements: readonly string[]): void {
    const queries = statements.map(
      (statement) => `    await queryRunner.query(${JSON.stringify(statement)});\n`,
    );
    this.#write(
      `migrations/${at}-acceptance.ts`,
      `import { MigrationInterface, QueryRunner } from 'typeorm';

export class Acceptance${at} implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
${queries.join('')}  }

  public async down(): Promise<void> {}
}
`,
    );
  }

  #write(name: string, content: string): void {
    const file = join(this.#clone.folder, name);
    mkdirSync(join(file, '..'), { recursive: true });
    rmSync(file, { force: true });
    writeFileSync(file, content);
  }
}
