import { basename, relative } from 'node:path';
import { HintedError, withHint } from '@fairness-deploy/shell/text';
import { ENVIRONMENT_FILE } from '../environment-name.js';
import { formatKeyPath, type Place, type Problem } from './issue.js';
import { plain } from './show-value.js';

const MOST_SHOWN = 50;

/** An environment's files can't be used; the message lists all errors in them. */
export class EnvironmentError extends HintedError {
  override readonly name = 'EnvironmentError';
  /** All of them, file by file, from top to bottom. */
  readonly problems: readonly Problem[];

  /**
   * @param environment its name, or the file's when only that is known.
   * @param workspace the folder that paths in the message are relative to.
   */
  constructor(
    readonly environment: string,
    readonly workspace: string,
    problems: readonly Problem[],
  ) {
    super(format(environment, workspace, problems));
    this.problems = inOrder(problems);
  }
}

function format(environment: string, workspace: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
  const shown = inOrder(problems)
    .slice(0, MOST_SHOWN)
    .map((problem) => formatProblem(problem, workspace));
  const more = problems.length - shown.length;
  return [
    `Cannot load the environment "${plain(environment)}": ${count}`,
    ...shown,
    ...(more > 0 ? [`… and ${String(more)} more`] : []),
  ].join('\n\n');
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const all = [...new Set(problems.map(({ place }) => place.file))];
  const isOwn = (file: string): boolean => basename(file) === ENVIRONMENT_FILE;
  // The environment's own file, then those that it extends.
  const files = [...all.filter(isOwn), ...all.filter((file) => !isOwn(file))];
  const rank = ({ file, line = 0, column = 0 }: Place): readonly number[] => [
    files.indexOf(file),
    line,
    column,
  ];
  return [...problems].sort((one, other) => {
    const ranks = rank(other.place);
    const differences = rank(one.place).map((value, at) => value - (ranks[at] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
  });
}

function formatProblem({ place, path, message, hint }: Problem, workspace: string): string {
  const subject = path.length === 0 ? '' : `${plain(formatKeyPath(path))}: `;
  return withHint(`${plain(formatPlace(place, workspace))}\n  ${subject}${message}`, hint);
}

function formatPlace({ file, line, column }: Place, workspace: string): string {
  const path = relative(workspace, file);
  const shown = path === '' || path.startsWith('..') ? file : path;
  return [shown, line, column].filter((part) => part !== undefined).join(':');
}
