import { relative } from 'node:path';
import { formatKeyPath, type Place, type Problem } from './issue.js';
import { plain } from './show-value.js';

const MOST_SHOWN = 20;

/** An environment's files can't be used; the message lists everything that is wrong in them. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  /**
   * @param environment its name, or the file's when that is all we know.
   * @param workspace the folder that paths in the message are relative to.
   */
  constructor(
    readonly environment: string,
    readonly workspace: string,
    readonly problems: readonly Problem[],
  ) {
    super(format(environment, workspace, problems));
  }
}

function format(environment: string, workspace: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${String(problems.length)} problems`;
  const shown = problems.slice(0, MOST_SHOWN).map((problem) => formatProblem(problem, workspace));
  const more = problems.length - shown.length;
  return [
    `Cannot load the environment "${plain(environment)}": ${count}`,
    ...shown,
    ...(more > 0 ? [`… and ${String(more)} more`] : []),
  ].join('\n\n');
}

function formatProblem({ place, path, message, hint }: Problem, workspace: string): string {
  const subject = path.length === 0 ? '' : `${plain(formatKeyPath(path))}: `;
  return [
    plain(formatPlace(place, workspace)),
    `  ${subject}${message}`,
    ...(hint === undefined ? [] : [`  → ${hint}`]),
  ].join('\n');
}

function formatPlace({ file, line, column }: Place, workspace: string): string {
  const path = relative(workspace, file);
  const shown = path === '' || path.startsWith('..') ? file : path;
  return [shown, line, column].filter((part) => part !== undefined).join(':');
}
