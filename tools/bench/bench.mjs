import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { openLab } from './lab.mjs';
import { alone } from '../lab/alone.mjs';
import { describeMachine, load } from '../lab/machine.mjs';
import { measure } from './measure.mjs';
import { listMeasures } from './measures.mjs';
import { readOptions } from './options.mjs';
import { buildFloor } from './programs.mjs';
import { failures, figuresTable, targetsTable } from './report.mjs';
import { judge } from './targets.mjs';

/** Milliseconds after which no further measure is begun. */
const LIMIT = 8.5 * 60_000;

const RESULTS = join(WORKSPACE, 'tmp', 'bench');

/** Measures the product on hosts of its own: `npm run bench`. */
async function bench() {
  const options = readOptions();
  if (!options) return;
  const measures = listMeasures()
    .filter(
      ({ name }) => options.only.length === 0 || options.only.some((text) => name.includes(text)),
    )
    .map((each) => ({ ...each, runs: options.runs ?? each.runs }));
  if (options.list) {
    process.stdout.write(measures.map(({ name }) => `${name}\n`).join(''));
    return;
  }
  buildFloor();
  mkdirSync(RESULTS, { recursive: true });
  const release = alone('bench', join(RESULTS, 'running'));
  try {
    const machine = describeMachine();
    const results = await measureAll(measures);
    const verdicts = judge(results);
    save({ date: new Date().toISOString(), machine, results, verdicts });
    process.stdout.write(
      `\n${machine.processor}, ${machine.cores} cores, Node.js ${machine.node}, commit ${machine.commit}\n\n` +
        `${figuresTable(results)}\n\n${failures(results)}${targetsTable(verdicts)}\n`,
    );
  } finally {
    release();
  }
}

async function measureAll(measures) {
  const since = performance.now();
  const say = (text) => {
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
  };
  const interruption = new AbortController();
  const { signal } = interruption;
  const interrupt = () => {
    interruption.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  if (load() > 0.5) say(`This machine is busy (load ${load().toFixed(1)}): expect longer times`);
  const sandbox = await import(join(WORKSPACE, 'packages', 'sandbox', 'dist', 'index.js'));
  await sandbox.installPrerequisites(say);
  const lab = await openLab(sandbox, say, signal);
  const results = [];
  try {
    for (const each of measures) {
      const late = performance.now() - since > LIMIT;
      say(late ? `${each.name}: no time left` : each.name);
      results.push(
        late ? { name: each.name, error: 'no time left' } : await measure(each, lab, signal),
      );
    }
  } finally {
    await lab.close().catch((error) => {
      say(`Cannot take everything down: ${error.message}`);
    });
  }
  return results;
}

function save(results) {
  const text = `${JSON.stringify(results, undefined, 2)}\n`;
  const file = `${results.date.replaceAll(/[-:]|\.\d+/g, '')}.json`;
  for (const name of [file, 'latest.json']) writeFileSync(join(RESULTS, name), text);
}

bench().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
