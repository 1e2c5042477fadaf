import { sh, type Script } from '@fairness-deploy/shell';
import { quoteLiteral } from '../connection/quote-sql.js';
import { CLOSE_LOCK } from './lock-database.js';

/** Where a migration tool records what it has applied, in any schema. */
interface KnownTable {
  readonly table: string;
  /** The columns by which the table is known; those of the expressions are among them. */
  readonly columns: readonly string[];
  /** The name of a migration, as an expression. */
  readonly name: string;
  readonly where?: string;
  readonly order?: string;
}

const KNOWN: readonly KnownTable[] = [
  // TypeORM, db-migrate
  { table: 'migrations', columns: ['id', 'name'], name: 'name', order: 'id' },
  // Laravel
  {
    ...{ table: 'migrations', columns: ['id', 'migration', 'batch'], name: 'migration' },
    order: 'id',
  },
  // node-pg-migrate
  { table: 'pgmigrations', columns: ['id', 'name', 'run_on'], name: 'name', order: 'id' },
  { table: 'knex_migrations', columns: ['id', 'name', 'batch'], name: 'name', order: 'id' },
  { table: 'kysely_migration', columns: ['name', 'timestamp'], name: 'name', order: 'timestamp' },
  { table: 'mikro_orm_migrations', columns: ['id', 'name'], name: 'name', order: 'id' },
  // Sequelize, Umzug
  { table: 'SequelizeMeta', columns: ['name'], name: 'name' },
  {
    ...{
      table: '_prisma_migrations',
      columns: ['migration_name', 'finished_at', 'rolled_back_at'],
    },
    ...{ name: 'migration_name', where: 'finished_at is not null and rolled_back_at is null' },
    order: 'finished_at',
  },
  {
    ...{ table: '__drizzle_migrations', columns: ['id', 'hash', 'created_at'], order: 'id' },
    name: "created_at || ' ' || left(hash, 12)",
  },
  // graphile-migrate
  {
    ...{ table: 'migrations', columns: ['hash', 'previous_hash', 'filename'], name: 'filename' },
    order: 'date',
  },
  // Rails, Ecto, dbmate, golang-migrate
  { table: 'schema_migrations', columns: ['version'], name: 'version' },
  {
    ...{ table: 'django_migrations', columns: ['id', 'app', 'name'], order: 'id' },
    name: "app || '.' || name",
  },
  { table: 'alembic_version', columns: ['version_num'], name: 'version_num' },
  {
    ...{ table: 'flyway_schema_history', columns: ['installed_rank', 'script', 'success'] },
    ...{ name: 'script', where: 'success', order: 'installed_rank' },
  },
  {
    ...{ table: 'databasechangelog', columns: ['id', 'author', 'orderexecuted'] },
    ...{ name: "id || ' by ' || author", order: 'orderexecuted' },
  },
  { table: 'doctrine_migration_versions', columns: ['version'], name: 'version' },
  {
    ...{ table: 'phinxlog', columns: ['version', 'migration_name'], order: 'version' },
    name: "version || '_' || migration_name",
  },
  {
    ...{ table: '__EFMigrationsHistory', columns: ['MigrationId'], name: '"MigrationId"' },
  },
  {
    ...{ table: 'goose_db_version', columns: ['id', 'version_id', 'is_applied'] },
    ...{ name: 'version_id', where: 'is_applied', order: 'id' },
  },
  {
    ...{ table: '_sqlx_migrations', columns: ['version', 'description', 'success'] },
    ...{ name: "version || ' ' || description", where: 'success', order: 'version' },
  },
  { table: '__diesel_schema_migrations', columns: ['version'], name: 'version' },
];

/** The longest name that is read: the database's users choose it. */
const LONGEST_CHARACTERS = 200;

/** How many are read of one table. */
const MOST = 10_000;

/**
 * SQL for psql that prints the names of the applied migrations, a line each, of all tables that are
 * known, in the order of each. It changes nothing, and waits for nothing.
 */
export const APPLIED_SQL = `set default_transaction_read_only = on;
set statement_timeout = '10s';
set lock_timeout = '2s';
select replace(k.query, '<table>', format('%I.%I', n.nspname, c.relname))
from (values
${KNOWN.map((known) => `  (${quoted(known.table)}, array[${known.columns.map(quoted).join(', ')}], ${quoted(queryOf(known))})`).join(',\n')}
) k (relation, columns, query)
join pg_class c on c.relname = k.relation and c.relkind in ('r', 'p')
join pg_namespace n on n.oid = c.relnamespace and n.nspname !~ '^pg_'
where has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
  and not exists (
    select from unnest(k.columns) wanted (name)
    where not exists (
      select from pg_attribute a
      where a.attrelid = c.oid and a.attname = wanted.name and a.attnum > 0 and not a.attisdropped))
order by n.nspname, c.relname
\\gexec
`;

/** On one line each: a line break in a name would make two of it. */
function queryOf({ name, where = 'true', order = name }: KnownTable): string {
  return `select left(regexp_replace((${name})::text, '[[:cntrl:]]+', ' ', 'g'), ${String(LONGEST_CHARACTERS)}) from <table> where ${where} order by ${order} limit ${String(MOST)}`;
}

/** None of the texts of this file is secret. */
function quoted(text: string): string {
  return quoteLiteral(text).reveal();
}

/** Prints the names of the applied migrations. Needs `fd_ask`. */
export function printApplied(): Script {
  return sh`printf '%s\n' ${APPLIED_SQL} | ( fd_ask 2>/dev/null ) ${CLOSE_LOCK}`;
}
