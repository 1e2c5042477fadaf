import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Report } from '@fairness-deploy/sandbox';
import { describeFailure, HintedError } from '@fairness-deploy/shell/text';
import { BROWSER } from '../debian-packages.mjs';
import { installDebianPackages, WORKSPACE } from '../install.mjs';
import { alone } from '../lab/alone.mjs';
import { describeMachine } from '../lab/machine.mjs';
import { applicationAt, recipe, testApplication } from './application.mjs';
import { APPLICATIONS } from './applications.mjs';
import { type Result } from './checklist.mjs';
import { testPermacoop } from './permacoop.mjs';
import { permacoopOf2022 } from './permacoop-shapes.mjs';
import { RECIPES } from './recipes.mjs';

const RESULTS = join(WORKSPACE, 'tmp', 'acceptance');

const USAGE = `npm run test:acceptance -- --permacoop <clone>
npm run test:acceptance -- --application <name> --path <clone>
npm run test:acceptance -- --recipe <name>

Deploys a real application to a host of its own. A clone is a folder with the application's
repository, or a bare repository; it is never changed.

  --permacoop <clone>    the whole list for its newest commit, with a browser; then two deployments
                         and a rollback for its shape of 2022, with environments/permacoop.yaml
  --application <name>   two deployments and a rollback: ${[...APPLICATIONS.keys()].join(', ')}
  --path <clone>         the clone of that application
  --recipe <name>        the same for a page of docs/recipes, with our own application, or all:
                         ${[...RECIPES.keys()].join(', ')}
`;

/** A test: its name, which its results have, and what it does. */
interface Run {
  readonly name: string;
  readonly test: (say: Report) => Promise<readonly Result[]>;
}

interface Values {
  readonly permacoop?: string | undefined;
  readonly application?: string | undefined;
  readonly path?: string | undefined;
  readonly recipe?: string | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      permacoop: { type: 'string' },
      application: { type: 'string' },
      path: { type: 'string' },
      recipe: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const runs = chosen(values);
  if (runs.length === 0) {
    process.stdout.write(
      `Skipped: the acceptance test needs a clone of a real application, which is no part of this repository.\n\n${USAGE}`,
    );
    return;
  }
  mkdirSync(RESULTS, { recursive: true });
  for (const { name, test } of runs) {
    const release = alone('acceptance', join(RESULTS, `running-${name}`));
    try {
      const results = await test(reporter());
      const { problems, summary } = summarize(results);
      const found = {
        date: new Date().toISOString(),
        machine: describeMachine(),
        problems,
        results,
      };
      writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(found, undefined, 2)}\n`);
      process.stdout.write(`\n${name}: ${summary}\n`);
      if (problems.length > 0) process.exitCode = 1;
    } finally {
      release();
    }
  }
}

function chosen({ permacoop, application, path, recipe: page }: Values): readonly Run[] {
  const runs: Run[] = [];
  if (permacoop !== undefined) {
    const at = cloneAt('permacoop', permacoop);
    runs.push({
      name: 'permacoop',
      test: async (say) => {
        await installDebianPackages(BROWSER);
        return testPermacoop(at, say);
      },
    });
    const before = permacoopOf2022(at);
    runs.push({ name: before.name, test: (say) => testApplication(before, say) });
  }
  if (application !== undefined || path !== undefined) {
    const name = known(application ?? '', [...APPLICATIONS.keys()]);
    const subject = applicationAt(name, cloneAt(name, path));
    runs.push({ name, test: (say) => testApplication(subject, say) });
  }
  if (page !== undefined) {
    const all = [...RECIPES.keys()];
    for (const name of page === 'all' ? all : [known(page, all)]) {
      const subject = recipe(name);
      runs.push({ name: subject.name, test: (say) => testApplication(subject, say) });
    }
  }
  return runs;
}

function known(name: string, names: readonly string[]): string {
  if (names.includes(name)) return name;
  throw new HintedError(`Cannot test "${name}": there is no such application`, {
    hint: `one of ${names.join(', ')}`,
  });
}

function cloneAt(name: string, path: string | undefined): string {
  if (path !== undefined && existsSync(path)) return resolve(path);
  throw new HintedError(
    `Cannot test ${name}: ${path === undefined ? 'no path of a clone is given' : `there is no ${path}`}`,
    { hint: `--path <the folder of a clone of ${name}>` },
  );
}

function reporter(): Report {
  const since = performance.now();
  return (text) => {
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
  };
}

function summarize(results: readonly Result[]) {
  const problems = results.flatMap(({ name, problems: all }) =>
    all.map((problem) => `${name}: ${problem}`),
  );
  const sum = (count: (result: Result) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  const requests = sum((result) => result.requests);
  const failed = sum((result) => result.failed);
  const visits = `${String(requests)} requests, ${String(failed)} failed`;
  return {
    problems,
    summary: `${problems.length === 0 ? 'all as it should be' : `${String(problems.length)} problems`} (${visits})`,
  };
}

main().catch((error: unknown) => {
  const isMistake = error instanceof Error && !(error instanceof HintedError);
  process.stderr.write(`${(isMistake ? error.stack : undefined) ?? describeFailure(error)}\n`);
  process.exitCode = 1;
});
