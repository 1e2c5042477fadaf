/**
 * git runs this program to compare and to merge secrets. It is built into one file that needs no
 * other (dist/git-driver.cjs), of which each clone has a copy in `.git`: install-driver.ts says
 * why.
 */
import { describeFailure } from '@fairness-deploy/shell/text';
import { mergeDriver } from './merge-driver.js';
import { textconv } from './textconv.js';
import { writeLine } from '../write-line.js';

async function main([command, ...words]: readonly string[]): Promise<number> {
  if (command === 'textconv') {
    const [workspace = '.', file = ''] = words;
    return textconv(file, workspace);
  }
  if (command === 'merge') return mergeDriver(words);
  throw new TypeError(
    'expected textconv <workspace> <file>, or merge <base> <ours> <theirs> <path>',
  );
}

// A pager may stop reading early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    writeLine(process.stderr, describeFailure(error));
    process.exitCode = 1;
  },
);
