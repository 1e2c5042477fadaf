import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPrerequisites } from '@fairness-deploy/sandbox';
import { describeFailure } from '@fairness-deploy/shell/text';
import { WORKSPACE } from '../install.mjs';
import { alone } from '../lab/alone.mjs';
import { describeMachine, load } from '../lab/machine.mjs';
import { openLab } from './lab.mjs';
import { measure, type Measure, type Result } from './measure.mjs';
import { listMeasures } from './measures.mjs';
import { readOptions } from './options.mjs';
import { buildFloor } from './programs.mjs';
import { failures, figuresTable, targetsTable } from './report.mjs';
import { judge } from './targets.mjs';

/** Milliseconds after which no further measure is begun. */
const BENCH_LIMIT_MILLISECONDS = 8.5 * 60_000;

const RESULTS = join(WORKSPACE, 'tmp', 'bench');

/** Measures the product on hosts of its own: `npm run bench`. */
async function bench(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  const measures = listMeasures().filter(
    ({ name }) => options.only.length === 0 || options.only.some((text) => name.includes(text)),
  );
  if (options.list) {
    process.stdout.write(measures.map(({ name }) => `${name}\n`).join(''));
    return;
  }
  await buildFloor();
  mkdirSync(RESULTS, { recursive: true });
  const release = alone('bench', join(RESULTS, 'running'));
  try {
    const machine = describeMachine();
    const results = await measureAll(measures, options.runs);
    const verdicts = judge(results);
    const date = new Date().toISOString();
    save(date, { date, machine, results, verdicts });
    process.stdout.write(
      `\n${machine.processor}, ${String(machine.cores)} cores, Node.js ${machine.node}, commit ${machine.commit}\n\n` +
        `${figuresTable(results)}\n\n${failures(results)}${targetsTable(verdicts)}\n`,
    );
  } finally {
    release();
  }
}

async function measureAll(
  measures: readonly Measure[],
  runs: number | undefined,
): Promise<readonly Result[]> {
  const since = performance.now();
  const say = (text: string): void => {
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
  };
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = (): void => {
    interruption.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  if (load() > 0.5) say(`This machine is busy (load ${load().toFixed(1)}): expect longer times`);
  await installPrerequisites(say);
  const lab = await openLab(say, signal);
  const results: Result[] = [];
  try {
    for (const each of measures) {
      const late = performance.now() - since > BENCH_LIMIT_MILLISECONDS;
      say(late ? `${each.name}: no time left` : each.name);
      results.push(
        late ? { name: each.name, error: 'no time left' } : await measure(each, lab, signal, runs),
      );
    }
  } finally {
    await lab.close().catch((error: unknown) => {
      say(`Cannot take everything down: ${String(error)}`);
    });
  }
  return results;
}

function save(date: string, found: object): void {
  const text = `${JSON.stringify(found, undefined, 2)}\n`;
  const file = `${date.replaceAll(/[-:]|\.\d+/g, '')}.json`;
  for (const name of [file, 'latest.json']) writeFileSync(join(RESULTS, name), text);
}

bench().catch((error: unknown) => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
});
