import type { Sandbox } from './up.js';

/** Reads what an environment's file says of its sandbox. */
export function readSandbox(environment: string, workspace: string): Promise<Sandbox> {
  return Promise.resolve({ environment, workspace, hosts: ['web'] });
}
