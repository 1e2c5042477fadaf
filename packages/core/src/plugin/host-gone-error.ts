import { HintedError } from '@fairness-deploy/shell/text';

const NAME = 'HostGoneError';

/**
 * A plugin's host does not exist, as after its removal: no later try reaches it. For {@link Plugin.target}; a host that
 * is only off is a HintedError.
 */
export class HostGoneError extends HintedError {
  override readonly name = NAME;
}

/** Whether a host is gone, whichever copy of the class made the error. */
export function isHostGone(error: unknown): boolean {
  return error instanceof Error && error.name === NAME;
}
