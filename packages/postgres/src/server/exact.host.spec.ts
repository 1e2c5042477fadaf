/** Names and passwords of all kinds, against the real server. */
import { runScript } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variablesText } from '../connection/connection-variables.js';
import { quoteIdentifier, quoteLiteral } from '../connection/quote-sql.js';
import { contextFor, provision } from '../testing/provisioned.js';
import { clusterOf, inCluster } from './cluster.js';
import { isPreparedAlike, isVerifierOf } from './scram.js';

let host: TestHost;
let connection: Connection;
const succeed = async (script: Parameters<typeof runScript>[1]): Promise<string> => {
  const { status, text, stderr } = await runScript(connection, script);
  if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
  return text;
};
const context = contextFor({ server: { memory: 'none' } });
/** Runs SQL as the superuser. */
const sql = (text: string) =>
  succeed(sh`
    ${inCluster(clusterOf(context.section))}
    printf '%s\n' ${text} | fd_sql`);

beforeAll(async () => {
  host = await startTestHost('postgres-exact');
  connection = await host.connect();
  await provision(connection, context);
});
afterAll(async () => {
  await connection.close();
  await host.stop();
});

/** What shells, URLs, SQL, psql and pg_hba.conf could misread. */
const special = fc.constantFrom(
  ...[
    "'",
    '"',
    '\\',
    '$',
    '$$',
    '%',
    '%s',
    ' ',
    ';',
    ':x',
    '`',
    '#',
    '@',
    '/',
    '=',
    '&',
    '!',
    '--',
  ],
  ...['ü', 'é', '\u00a0', '\u00ad', '\u2126', 'ﬁ', 'Ⅸ', '한', '😀', 'א', '\u200b', 'all', '+', ','],
);
const anything = fc.oneof(
  special,
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const text = fc
  .array(anything, { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
  .filter((value) => value !== '' && !value.includes('\0'));
/** Others are refused: see isPreparedAlike(). */
const password = text.filter(isPreparedAlike);
const name = fc
  .array(special, { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
  .filter((value) => Buffer.byteLength(value) <= 63 && !value.startsWith('/'));

const hex = (value: string): string => Buffer.from(value).toString('hex');

const runs = { numRuns: process.env['CI'] ? 10 : 4, endOnFailure: true };

describe('values and names', () => {
  it('are quoted exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 100, maxLength: 100 }), async (values) => {
        const list = values.map((value) => quoteLiteral(value).reveal()).join(', ');
        // psql leaves out U+FFFE and its like when it prints.
        const answer: unknown = JSON.parse(
          await sql(
            `SELECT json_agg(encode(convert_to(one, 'UTF8'), 'hex')) FROM unnest(ARRAY[${list}]::text[]) AS one`,
          ),
        );
        expect(answer).toEqual(values.map(hex));
        const short = values.map((value, at) => `${String(at)}${value}`);
        const names = short.filter((value) => Buffer.byteLength(value) <= 63);
        const columns = names.map((value) => `1 AS ${quoteIdentifier(value).reveal()}`).join(', ');
        const keys: unknown = JSON.parse(
          await sql(
            `SELECT json_agg(encode(convert_to(key, 'UTF8'), 'hex')) FROM (SELECT ${columns}) AS one, json_object_keys(row_to_json(one)) AS key`,
          ),
        );
        expect(keys).toEqual(names.map(hex));
      }),
      runs,
    );
  });

  it('of passwords give the verifier that the server computes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(password, { minLength: 60, maxLength: 60 }), async (values) => {
        const each = values.map(
          (value) =>
            `ALTER ROLE probe PASSWORD ${quoteLiteral(value).reveal()}; SELECT rolpassword FROM pg_authid WHERE rolname = 'probe';`,
        );
        await sql(
          'DO $$ BEGIN CREATE ROLE probe; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
        );
        // PostgreSQL 13 has another default.
        const scram = "SET password_encryption = 'scram-sha-256';";
        const verifiers = (await sql([scram, ...each].join('\n'))).trimEnd().split('\n');
        values.forEach((value, at) => {
          expect([value, isVerifierOf(verifiers[at] ?? '', value)]).toEqual([value, true]);
        });
      }),
      runs,
    );
  });
});

describe('a connection', () => {
  it('reaches the database with any name and password', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, password, async (user, database, secret) => {
        const own = contextFor(
          { user, database, server: { memory: 'none' } },
          { password: secret },
        );
        await provision(connection, own);
        const file = variablesText(
          new Map([
            ['PGHOST', Text.of('127.0.0.1')],
            ['PGUSER', Text.of(user)],
            ['PGPASSWORD', Text.of(secret)],
            ['PGDATABASE', Text.of(database)],
          ]),
        );
        expect(await succeed(sh`cat /var/lib/fairness-deploy/postgres/shop/connection`)).toContain(
          file.reveal().split('\n')[2],
        );
        const answer = await succeed(sh`
          . /var/lib/fairness-deploy/postgres/shop/connection
          echo 'SELECT json_build_array(current_user, current_database())' | psql -XwqAt
          ! PGPASSWORD="$PGPASSWORD." psql -Xwc 'SELECT 1' >/dev/null 2>&1`);
        expect(JSON.parse(answer)).toEqual([user, database]);
      }),
      { numRuns: process.env['CI'] ? 20 : 8, endOnFailure: true },
    );
  });
});
