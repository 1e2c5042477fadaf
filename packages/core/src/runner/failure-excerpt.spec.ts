import { describe, expect, it } from 'vitest';
import { failureExcerpt, looksLikeError } from './failure-excerpt.js';

/** Real outputs of programs, shortened where many lines are alike. */
const parts = Array.from(
  { length: 80 },
  (_, at) => `query: CREATE TABLE "part_${String(at)}" ("error" text)`,
);
const stack = Array.from(
  { length: 30 },
  () => '      at Query.run (node_modules/pg/lib/query.js:83:28)',
);
const TYPEORM = [
  ...['', '> shop@1.0.0 migrate', '> typeorm-ts-node-commonjs migration:run -d source.ts', ''],
  ...parts,
  'Migration One1700000000000 has been executed successfully.',
  'query: ALTER TABLE "invoice" ADD "paid" boolean',
  'query failed: ALTER TABLE "invoice" ADD "paid" boolean',
  'error: Error: no such table: invoice',
  'Migration "Two1700000000001" failed, error: no such table: invoice',
  'query: ROLLBACK',
  'Error during migration run:',
  'QueryFailedError: no such table: invoice',
  ...stack,
  "  code: 'SQLITE_ERROR',",
  '}',
];

const FIRST: readonly (readonly [program: string, output: readonly string[], first: string])[] = [
  ['TypeORM', TYPEORM, 'query failed: ALTER TABLE "invoice" ADD "paid" boolean'],
  [
    'tsc',
    [
      ...['', '> shop@1.0.0 build', '> tsc -p .', ''],
      "src/invoice.ts(2,57): error TS2322: Type 'number' is not assignable to type 'string'.",
      "src/invoice.ts(3,62): error TS2551: Property 'totl' does not exist on type 'Invoice'.",
    ],
    "src/invoice.ts(2,57): error TS2322: Type 'number' is not assignable to type 'string'.",
  ],
  [
    'ts-node',
    [
      '/srv/shop/node_modules/ts-node/src/index.ts:859',
      '    return new TSError(diagnosticText, diagnosticCodes, diagnostics);',
      '           ^',
      'TSError: ⨯ Unable to compile TypeScript:',
      "src/invoice.ts(2,57): error TS2322: Type 'number' is not assignable to type 'string'.",
    ],
    'TSError: ⨯ Unable to compile TypeScript:',
  ],
  [
    'Prisma',
    [
      'Prisma schema loaded from prisma/schema.prisma',
      '11 migrations found in prisma/migrations',
      '',
      'Error: P3009',
      '',
      'migrate found failed migrations in the target database, new migrations will not be applied.',
      'The `20230519223302_add_projects` migration started at 2023-06-15 18:12:37.505388 UTC failed',
    ],
    'Error: P3009',
  ],
  [
    'Vite',
    [
      'vite v8.3.8 building client environment for production...',
      '✓ 4 modules transformed.',
      '\u001b[31m✗\u001b[39m Build failed in 66ms',
      '\u001b[31merror during build:',
      'Build failed with 1 error:',
      "\u001b[31m[UNRESOLVED_IMPORT] \u001b[0mCould not resolve './nope.js' in main.js",
    ],
    '\u001b[31m✗\u001b[39m Build failed in 66ms',
  ],
  [
    'pip',
    [
      'Looking in links: /opt/wheels',
      'ERROR: Could not find a version that satisfies the requirement flaskk==9 (from versions: none)',
      'ERROR: No matching distribution found for flaskk==9',
    ],
    'ERROR: Could not find a version that satisfies the requirement flaskk==9 (from versions: none)',
  ],
  [
    'Python',
    [
      'Applying invoices',
      'Traceback (most recent call last):',
      '  File "manage.py", line 1, in <module>',
      "ModuleNotFoundError: No module named 'flaskk'",
    ],
    'Traceback (most recent call last):',
  ],
  [
    'make',
    [
      'one',
      'cc -c two.c',
      'two.c: In function ‘main’:',
      'two.c:1:25: error: ‘x’ undeclared (first use in this function)',
      'make: *** [Makefile:5: two] Error 1',
    ],
    'two.c:1:25: error: ‘x’ undeclared (first use in this function)',
  ],
  [
    'make',
    ['make: *** No rule to make target ‘install’.  Stop.'],
    'make: *** No rule to make target ‘install’.  Stop.',
  ],
  [
    'npm 11',
    [
      'npm warn deprecated inflight@1.0.6: Error: leaks memory',
      'npm error code EUSAGE',
      'npm error Missing: left-pad@1.3.0 from lock file',
    ],
    'npm error code EUSAGE',
  ],
  ['npm 8', ['npm WARN old lockfile', 'npm ERR! code ELIFECYCLE'], 'npm ERR! code ELIFECYCLE'],
  [
    'Node.js',
    ['  throw err;', "Error: Cannot find module './nope'"],
    "Error: Cannot find module './nope'",
  ],
  [
    'Node.js',
    ['<--- GCs --->', 'FATAL ERROR: Reached heap limit Allocation failed'],
    'FATAL ERROR: Reached heap limit Allocation failed',
  ],
  ['sh', ['> vite build', 'sh: 1: vite: not found'], 'sh: 1: vite: not found'],
  ['git', ['Cloning', 'fatal: not a git repository'], 'fatal: not a git repository'],
];

describe('looksLikeError()', () => {
  it.each(FIRST)('finds the first error of %s', (_, output, first) => {
    expect(output.find(looksLikeError)).toBe(first);
  });

  it.each([
    'Found 0 errors. Watching for file changes.',
    'added 120 packages, and audited 121 packages in 3s',
    'query: CREATE TABLE "part_1" ("error" text)',
    '✓ src/errors.spec.ts (3 tests)',
    'dist/error-page-4a8f.js  12.40 kB',
    'npm warn deprecated error-ex@1.0.0: Error: use another',
    '(node:412) Warning: Error: none',
    'Tests: 12 passed, 0 FAILED',
    'handles an error of the server',
  ])('takes no harmless line for one: %s', (line) => {
    expect(looksLikeError(line)).toBe(false);
  });

  it('looks at the beginning of a line that is as long as the output', () => {
    const since = performance.now();
    expect(looksLikeError('E'.repeat(4_000_000))).toBe(false);
    expect(performance.now() - since).toBeLessThan(1000);
  });
});

describe('failureExcerpt()', () => {
  it('shows a short output whole', () => {
    const output = `${Array.from({ length: 40 }, (_, at) => String(at)).join('\n')}\n\n`;
    expect(failureExcerpt(output)).toBe(output.trimEnd());
  });

  it('shows the lines around the first error, and the last ones', () => {
    expect(failureExcerpt(TYPEORM.join('\n')).split('\n')).toEqual([
      '… 83 lines left out …',
      parts.at(-1),
      ...TYPEORM.slice(84, 96),
      '… 8 lines left out …',
      ...TYPEORM.slice(-20),
    ]);
  });

  it('shows the last lines where no line looks like an error, or the end has it', () => {
    const quiet = Array.from({ length: 50 }, (_, at) => `line ${String(at)}`);
    const last = ['… 10 lines left out …', ...quiet.slice(-40)];
    expect(failureExcerpt(quiet.join('\n')).split('\n')).toEqual(last);
    const late = [...quiet, 'Error: late'];
    expect(failureExcerpt(late.join('\n')).split('\n')).toEqual([
      '… 11 lines left out …',
      ...late.slice(-40),
    ]);
  });

  it('shows an excerpt within an output as it is', () => {
    const excerpt = `Stopped: it failed\n${failureExcerpt(TYPEORM.join('\n'))}`;
    expect(failureExcerpt(excerpt)).toBe(excerpt);
  });

  it('shows the beginning and the end of a long line', () => {
    const shown = failureExcerpt(`error: ${'x'.repeat(9000)} at the end`);
    expect(shown).toMatch(/^error: x+ … x+ at the end$/);
    expect(shown.length).toBeLessThan(510);
  });
});
