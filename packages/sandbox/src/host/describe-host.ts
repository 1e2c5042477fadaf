import { hostId, hostKey } from './host-id.js';
import { readRecord } from '../records/host-record.js';
import { describe, type SandboxHost } from './sandbox-host.js';
import { isAlive } from '../system/process-identity.js';

/** How to reach an environment's host, or undefined when it isn't up. Reads its record only. */
export function describeHost(
  environment: string,
  host: string,
  workspace: string,
): SandboxHost | undefined {
  const record = readRecord(hostId(hostKey(environment, host, workspace)));
  return record !== undefined && isAlive(record.starter) ? describe(record) : undefined;
}
