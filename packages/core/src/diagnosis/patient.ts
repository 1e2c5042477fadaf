import type { Script } from '@fairness-deploy/shell';
import type { ScriptOutput } from '../engine/script-output.js';
import type { TimedRead } from '../engine/timed-reads.js';
import type { OpenHost, PerHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import type { HostFinding } from './causes.js';
import { askFromClient } from './client-findings.js';
import { examineHost } from './examine-host.js';

/** A host, examined from the client as well. */
export interface Patient {
  readonly findings: readonly HostFinding[];
  readonly repairs: ReadonlyMap<string, Script>;
  /** The outputs of further reads. */
  readonly outputs: readonly ScriptOutput[];
}

/**
 * The client asks while the host answers.
 *
 * @param more further reads on the host
 */
export async function examine(
  run: Run,
  open: OpenHost,
  more: readonly TimedRead[] = [],
): Promise<Patient> {
  const { host, connection } = open;
  const [{ findings, ...rest }, judge] = await Promise.all([
    examineHost(run, open, more),
    askFromClient(run, host, connection.target),
  ]);
  // The client's own have no host: they rest on all of them.
  const onHost = findings.map((finding) => ({ ...finding, host: host.name }));
  return { ...rest, findings: [...judge(findings), ...onHost] };
}

/** The findings about all hosts. */
export function findingsOf(patients: PerHost<Patient>): readonly HostFinding[] {
  return patients.flatMap(({ value }) => value.findings);
}
