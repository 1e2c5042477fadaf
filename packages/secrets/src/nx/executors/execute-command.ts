import type { ExecutorContext } from '@nx/devkit';
import { attempt, type Session } from '../../commands/session.js';
import { placeOf } from '../../environment/place.js';

/** The part of Nx's context that an executor of an environment needs. */
export type Execution = Pick<ExecutorContext, 'root' | 'projectName'>;

/** Runs a command on the secrets of the environment that the project is. */
export function executeCommand(
  { root, projectName = '' }: Execution,
  command: (session: Session) => Promise<boolean>,
): Promise<{ success: boolean }> {
  return attempt(placeOf(root, projectName), command);
}
