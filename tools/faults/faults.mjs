import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { alone } from '../lab/alone.mjs';
import { describeMachine } from '../lab/machine.mjs';
import { table } from '../lab/table.mjs';
import { WORKSPACE } from '../install.mjs';
import { testBadReleases } from './bad-releases.mjs';
import { testCrashes } from './crashes.mjs';
import { testLoad } from './load.mjs';
import { testLock } from './lock.mjs';
import { FAULTS, SHORT, testSteps } from './steps.mjs';

const RESULTS = join(WORKSPACE, 'tmp', 'faults');

const USAGE = `npm run test:faults -- [part …] [options]

Shows on hosts of its own that nobody notices a deployment, whatever happens. Parts:

  load    visitors while it is deployed and rolled back
  steps   a fault of each kind after each step of a deployment
  lock    50 deployments at once
  bad     releases with which something is wrong
  crashes parts of the site that crash, or were stopped

  --short           what npm test runs
  --after <step>    of steps, only faults after this step; may be given several times
  --fault <fault>   of steps, only this fault; may be given several times
`;

/** What each part does: prints what was found, and gives what is kept of it and what is wrong. */
const PARTS = {
  load,
  steps,
  async lock(say) {
    const found = await testLock({ say });
    process.stdout.write(
      `\n${found.ran} ran, ${found.refused} said who holds the lock, ${found.others} something else. What they said:\n${found.told}\n`,
    );
    return found;
  },
  bad: (say, { short }) => testBadReleases({ say, short }),
  crashes: (say, { short }) => testCrashes({ say, short }),
};

async function load(say, { short }) {
  const found = await testLoad({ say, short });
  const { requests, seconds, rate, failed, astray, latency } = found;
  process.stdout.write(
    `\n${requests} requests in ${seconds.toFixed(0)} s (${rate.toFixed(0)} a second): ${failed} failed, ${astray} answered by a release without the traffic\n` +
      `latency: ${Object.entries(latency)
        .map(([name, time]) => `${name} ${time.toFixed(1)} ms`)
        .join(', ')}\n` +
      `deploy live after ${liveTimes(found, 'deploy')}, rollback live after ${liveTimes(found, 'rollback')}\n`,
  );
  return found;
}

/** The shortest and the longest time. */
function liveTimes({ commands }, name) {
  const times = commands.filter(({ command }) => command === name).map((each) => each.liveAfter);
  return `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)} s`;
}

async function steps(say, { short, after, fault }) {
  const chosen = ({ after: step, fault: kind }) =>
    (after.length === 0 || after.includes(step)) && (fault.length === 0 || fault.includes(kind));
  const { names, results } = await testSteps({ say, pairs: short ? SHORT : undefined, chosen });
  const cell = (step, kind) => {
    const result = results.find((each) => each.after === step && each.fault === kind);
    return result ? `${result.problems.length === 0 ? 'pass' : 'FAIL'} (${result.served})` : '';
  };
  const kinds = Object.keys(FAULTS);
  process.stdout.write(
    `\n${table([
      ['after the step', ...kinds],
      ...names.map((step) => [step, ...kinds.map((kind) => cell(step, kind))]),
    ])}\n(old, new: the release that the site served after the fault)\n`,
  );
  return {
    results,
    problems: results.flatMap(({ after: step, fault: kind, problems }) =>
      problems.map((problem) => `${kind} after ${step}: ${problem}`),
    ),
  };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      after: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const parts = positionals.length > 0 ? positionals : Object.keys(PARTS);
  const unknown = parts.filter((part) => !(part in PARTS));
  if (values.help || unknown.length > 0) {
    process.stdout.write(USAGE);
    process.exitCode = unknown.length > 0 ? 1 : 0;
    return;
  }
  mkdirSync(RESULTS, { recursive: true });
  const since = performance.now();
  const say = (text) => {
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
  };
  for (const part of parts) {
    const release = alone('faults', join(RESULTS, `running-${part}`));
    try {
      const { problems, ...found } = await PARTS[part](say, values);
      const text = JSON.stringify(
        { date: new Date().toISOString(), machine: describeMachine(), problems, ...found },
        undefined,
        2,
      );
      writeFileSync(join(RESULTS, `${part}.json`), `${text}\n`);
      process.stdout.write(
        problems.length === 0
          ? `\n${part}: all as it should be\n`
          : `\n${part}: ${problems.length} problems\n${problems.map((line) => `  ${line}\n`).join('')}`,
      );
      if (problems.length > 0) process.exitCode = 1;
    } finally {
      release();
    }
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
