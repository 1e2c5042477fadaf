/** Rows at each end of a table, by its primary key, of which the digest is made. */
const SAMPLE_ROWS = 250;

/** What a row's text depends on besides the row (PostgreSQL's manual, 20.11). */
const PINNED = `
set client_encoding = 'UTF8'; set standard_conforming_strings = on; set quote_all_identifiers = off;
set search_path = ''; set row_security = off;
set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC';
set extra_float_digits = 1; set bytea_output = 'hex'; set lc_monetary = 'C';
`;

/**
 * SQL for `psql -XqAt -v ON_ERROR_STOP=1` that prints a line for each table of the database whose rows
 * pg_dump saves, sorted by name:
 *
 *     table <rows> <digest of a sample> <schema.table, quoted as SQL has it>
 *
 * The lines of a restored copy are the same. The sample is the rows with the lowest and with the highest
 * primary keys, of all rows where there is no primary key; text is compared byte by byte, as two hosts
 * may sort it differently. In the names, `\\`, `\n` and `\r` stand for these characters. Changes settings
 * of the session.
 */
export function tableDigests(): string {
  const rowText = 'md5(row(%2$s)::text)';
  // The sum is the same in any order.
  const all = `count(*) || '' '' || md5(coalesce(sum((''x'' || left(${rowText}, 15))::bit(60)::bigint), 0)::text)`;
  const sampled = `string_agg(${rowText}, '''' order by ${rowText} collate "C")`;
  const end = (order: string): string =>
    `(select * from only %1$s order by %${order}$s limit ${String(SAMPLE_ROWS)})`;
  return `${PINNED}
select format(
  case when keys.ascending is null
  then 'select ''table '' || ${all} || '' '' || %3$L from only %1$s t'
  else 'select ''table '' || (select count(*) from only %1$s) || '' '' || md5(coalesce(${sampled}, '''')) || '' '' || %3$L
    from (${end('4')} union all ${end('5')}) t' end,
  format('%I.%I', n.nspname, c.relname),
  (select string_agg(format('t.%I', a.attname), ', ' order by a.attname collate "C")
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  ${oneLine("format('%I.%I', n.nspname, c.relname)")},
  keys.ascending, keys.descending)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select string_agg(k.sort, ', ' order by k.at) as ascending,
    string_agg(k.sort || ' desc', ', ' order by k.at) as descending
  from (
    select format('%I', a.attname) || case when a.attcollation = 0 then '' else ' collate "C"' end as sort,
      array_position(i.indkey::int2[], a.attnum) as at
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey::int2[])
    where i.indrelid = c.oid and i.indisprimary
  ) k
) keys
where c.relkind = 'r' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and not exists (
    select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by format('%I.%I', n.nspname, c.relname) collate "C"
\\gexec
`;
}

/** SQL for a text as one line: `\\`, `\n` and `\r` stand for what would break it. */
export function oneLine(text: string): string {
  return `replace(replace(replace(${text}, chr(92), repeat(chr(92), 2)), chr(10), chr(92) || 'n'), chr(13), chr(92) || 'r')`;
}
