import { droppedOption, frontOptions, type GivenOptions } from '@fairness-deploy/core/commands';

/** What `task` is asked to run, and where. */
export interface TaskRequest {
  /** The program and its words. */
  readonly words: readonly string[];
  /** Default: the first host with releases. */
  readonly host?: string;
  /** Default: the live one. */
  readonly release?: string;
  /** The folder within the release; default: the release. */
  readonly directory?: string;
  /** On this terminal. */
  readonly tty: boolean;
  /** An option that Nx has dropped. */
  readonly dropped?: string;
}

const KNOWN = {
  host: 'text',
  release: 'text',
  directory: 'text',
  tty: 'flag',
  json: 'flag',
} as const;

/** An executor's options, as Nx or `fairness-deploy` passes them. */
export type GivenTask = GivenOptions<typeof KNOWN>;

/**
 * Separates our own options from the command to run.
 *
 * @param nxLine the command line of Nx, if it runs this
 */
export function taskRequest(
  given: GivenTask,
  nxLine?: string,
): {
  readonly request: TaskRequest;
  readonly json: boolean;
} {
  const { options, words } = frontOptions(given, KNOWN);
  const { json = false, tty = false, ...rest } = options;
  const dropped = droppedOption(nxLine ?? '', KNOWN);
  return {
    request: { ...rest, words, tty, ...(dropped !== undefined && { dropped }) },
    json,
  };
}
