import type { Script } from '@fairness-deploy/shell';
import { causesOf, type Cause, type HostFinding } from '../diagnosis/causes.js';
import { askFromClient } from '../diagnosis/client-findings.js';
import { examineHost } from '../diagnosis/examine-host.js';
import { reportFindings } from '../diagnosis/report-findings.js';
import { approve } from '../runner/approve.js';
import { runAsJob, type CommandStep } from '../runner/host-command.js';
import { endOnEach, onHosts, workOnEach, type OpenHost, type PerHost } from '../runner/on-hosts.js';
import { subjectOf } from '../runner/plugin-checks.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';

/** A host, examined from the client as well. */
interface Patient {
  readonly findings: readonly HostFinding[];
  readonly repairs: ReadonlyMap<string, Script>;
}

/**
 * Examines the environment along the way of a request, from the client to the database, and says which
 * failure explains the others. With `fix`, makes the safe repairs after asking, and examines again.
 * Changes nothing else. One round trip a host.
 */
export async function doctor(run: Run<CommandOptions>): Promise<ExitCode> {
  const code = await onHosts(run, 'go-on', async (hosts) => {
    const patients = await examineAll(run, hosts);
    if (!run.options.fix || !(await repair(run, patients))) return exitCode(run, patients);
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
  for (const cause of causesOf(findingsOf(patients))) reportCause(run, cause);
  return patients;
}

function findingsOf(patients: PerHost<Patient>): readonly HostFinding[] {
  return patients.flatMap(({ value }) => value.findings);
}

function reportCause(run: Run, { finding, explains }: Cause): void {
  const { host, section, name, layer, level, text, evidence, hint } = finding;
  run.reporter.report({
    ...{ type: 'cause', section, name, layer, level, text },
    ...(host !== undefined && { host }),
    ...(evidence && { evidence }),
    ...(hint !== undefined && { hint }),
    explains: explains.map(subjectOf),
  });
}

/** The client asks while the host answers. */
async function examine(run: Run, open: OpenHost): Promise<Patient> {
  const { host, connection } = open;
  const [{ findings, repairs }, judge] = await Promise.all([
    examineHost(run, open),
    askFromClient(run, host, connection.target),
  ]);
  // The client's own have no host: they rest on all of them.
  const onHost = findings.map((finding) => ({ ...finding, host: host.name }));
  return { findings: [...judge(findings), ...onHost], repairs };
}

/**
 * Makes the repairs of what fails, after asking, as a job on each host: the causes' first.
 *
 * @returns whether anything was done
 */
async function repair(run: Run<CommandOptions>, patients: PerHost<Patient>): Promise<boolean> {
  const causes = causesOf(findingsOf(patients)).map(({ finding }) => finding);
  const ill = patients
    .map(({ open, value }) => ({ open, steps: stepsFor(value, causes, open.host.name) }))
    .filter(({ steps }) => steps.length > 0);
  if (ill.length === 0) {
    run.reporter.report({ type: 'notice', text: 'There is nothing that --fix can repair.' });
    return false;
  }
  for (const { open, steps } of ill) {
    const text = `--fix would: ${steps.map(({ name }) => name).join(', ')}`;
    run.reporter.report({ type: 'notice', host: open.host.name, text });
  }
  if (!(await isApproved(run))) {
    run.reporter.report({ type: 'notice', text: 'Nothing was changed.' });
    return false;
  }
  await endOnEach(
    run,
    ill.map(({ open }) => open),
    (open) => {
      const steps = ill.find((one) => one.open === open)?.steps ?? [];
      return runAsJob(run, open, 'doctor --fix', steps);
    },
  );
  return true;
}

function stepsFor(
  { findings, repairs }: Patient,
  causes: readonly HostFinding[],
  host: string,
): readonly CommandStep[] {
  const failed = findings.filter((finding) => finding.host === host && finding.level === 'fail');
  const first = failed.filter((finding) => causes.includes(finding));
  const names = new Set([...first, ...failed].flatMap((finding) => finding.repair ?? []));
  return [...names].flatMap((name) => {
    const run = repairs.get(name);
    return run ? [{ name, run }] : [];
  });
}

async function isApproved({ options, environment }: Run<CommandOptions>): Promise<boolean> {
  if (options.yes) return true;
  const { name } = environment;
  return approve(`Do this on ${name}`, {
    message: `Cannot repair ${name}: it waits for approval, and there is no terminal to ask on`,
    hint: `if the repairs above are right: npx nx run ${name}:doctor --fix --yes`,
  });
}
