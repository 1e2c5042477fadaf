import type { ExecutorEnd } from '@fairness-deploy/core/commands';
import { attempt } from '../../../commands/attempt.js';
import { list } from '../../../commands/list.js';

export interface SandboxesOptions {
  readonly json?: boolean;
}

/** Lists the sandbox hosts of this machine. */
export default function sandboxesExecutor({
  json = false,
}: SandboxesOptions): Promise<ExecutorEnd> {
  return attempt(() => {
    list(json);
    return Promise.resolve(0);
  });
}
