import { causeEvent } from '../diagnosis/cause-event.js';
import { causesOf } from '../diagnosis/causes.js';
import { examine, findingsOf, type Patient } from '../diagnosis/patient.js';
import { reportFindings } from '../diagnosis/report-findings.js';
import { onHosts, workOnEach, type OpenHost, type PerHost } from '../runner/on-hosts.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { illOf, repairHosts, tellRepairs } from './repair-hosts.js';

/**
 * Examines the environment along the way of a request, from the client to the database, and says which
 * failure explains the others. With `fix`, makes the safe repairs after asking, and examines again.
 * Changes nothing else. One round trip a host.
 */
export async function doctor(run: Run<CommandOptions>): Promise<ExitCode> {
  const code = await onHosts(run, 'go-on', async (hosts) => {
    const patients = await examineAll(run, hosts);
    const ill = illOf(patients);
    if (!run.options.fix) {
      tellRepairs(run, ill, `npx nx run ${run.environment.name}:doctor --fix would`);
      return exitCode(run, patients);
    }
    if (!(await repairHosts(run, ill))) return exitCode(run, patients);
    return exitCode(run, await examineAll(run, hosts));
  });
  return code ?? 1;
}

function exitCode(run: Run, patients: PerHost<Patient>): ExitCode {
  const failed = patients.some(({ value }) => value.findings.some(({ level }) => level === 'fail'));
  return !failed && patients.length === run.hosts.length ? 0 : 1;
}

/** Examines the hosts side by side, reports what is found, and then the causes. */
async function examineAll(run: Run, hosts: readonly OpenHost[]): Promise<PerHost<Patient>> {
  const patients = await workOnEach(run, hosts, async (open) => {
    const patient = await examine(run, open);
    reportFindings(run, open, patient.findings);
    return patient;
  });
  for (const cause of causesOf(findingsOf(patients))) run.reporter.report(causeEvent(cause));
  return patients;
}
