import { parseArgs } from 'node:util';

const USAGE = `npm run bench -- [options]

  --only <text>   only measures whose name has the text; may be given several times
  --runs <n>      so many runs of each instead of the measure's own number
  --list          names the measures and ends
`;

/**
 * Reads the command line.
 *
 * @returns undefined when the usage was asked for, which has been printed then.
 * @throws Error that shows the usage when something can't be understood.
 */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        runs: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    if (values.runs !== undefined && !/^[1-9]\d?$/.test(values.runs)) {
      throw new Error(`--runs: expected a number between 1 and 99, got "${values.runs}"`);
    }
    return { ...values, runs: values.runs && Number(values.runs) };
  } catch (error) {
    throw new Error(`Cannot run the bench: ${error.message}\n\n${USAGE}`, { cause: error });
  }
}
