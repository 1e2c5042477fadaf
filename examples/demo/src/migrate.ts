// Applies the migrations that the database does not have yet: npm run migrate.
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { databaseFrom } from './database.js';

const databaseUrl = databaseFrom(process.env);
if (databaseUrl) {
  const applied = await runner({
    databaseUrl,
    dir: fileURLToPath(new URL('../migrations', import.meta.url)),
    direction: 'up',
    migrationsTable: 'pgmigrations',
    // Each by itself: those before one that fails stay applied.
    singleTransaction: false,
    verbose: false,
  });
  console.log(applied.length === 0 ? 'Nothing to migrate' : `Applied ${String(applied.length)}`);
} else {
  console.log('Nothing to migrate: DB_HOST names no database');
}
