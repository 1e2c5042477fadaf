import type { Script } from '@fairness-deploy/shell';
import type { OpenHost, PerHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import type { HostFinding } from './causes.js';
import { askFromClient } from './client-findings.js';
import { examineHost } from './examine-host.js';

/** A host, examined from the client as well. */
export interface Patient {
  readonly findings: readonly HostFinding[];
  readonly repairs: ReadonlyMap<string, Script>;
}

/** The client asks while the host answers. */
export async function examine(run: Run, open: OpenHost): Promise<Patient> {
  const { host, connection } = open;
  const [{ findings, repairs }, judge] = await Promise.all([
    examineHost(run, open),
    askFromClient(run, host, connection.target),
  ]);
  // The client's own have no host: they rest on all of them.
  const onHost = findings.map((finding) => ({ ...finding, host: host.name }));
  return { findings: [...judge(findings), ...onHost], repairs };
}

/** The findings about all hosts. */
export function findingsOf(patients: PerHost<Patient>): readonly HostFinding[] {
  return patients.flatMap(({ value }) => value.findings);
}
