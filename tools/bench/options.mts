import { parseArgs } from 'node:util';

const USAGE = `npm run bench -- [options]

  --only <text>   only measures whose name has the text; may be given several times
  --runs <n>      so many runs of each instead of the measure's own number
  --list          names the measures and ends
`;

export interface Options {
  readonly only: readonly string[];
  readonly runs: number | undefined;
  readonly list: boolean;
}

/**
 * Reads the command line.
 *
 * @returns undefined when the usage was asked for, which has been printed then.
 * @throws Error that shows the usage when something can't be understood.
 */
export function readOptions(): Options | undefined {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        runs: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { only, runs, list, help } = values;
    if (help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    if (runs !== undefined && !/^[1-9]\d?$/.test(runs)) {
      throw new Error(`--runs: expected a number between 1 and 99, got "${runs}"`);
    }
    return { only, list, runs: runs === undefined ? undefined : Number(runs) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot run the bench: ${reason}\n\n${USAGE}`, { cause: error });
  }
}
