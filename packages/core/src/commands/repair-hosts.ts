import { byDepth, causesOf, type HostFinding } from '../diagnosis/causes.js';
import { findingsOf, type Patient } from '../diagnosis/patient.js';
import { approve } from '../runner/approve.js';
import { runAsJob, type CommandStep } from '../runner/host-command.js';
import { endOnEach, type OpenHost, type PerHost } from '../runner/on-hosts.js';
import type { CommandOptions, Run } from '../runner/run.js';

/** A host that has repairs, the causes' first. */
export interface Ill {
  readonly open: OpenHost;
  readonly steps: readonly CommandStep[];
}

/** The hosts of which something that fails can be repaired. */
export function illOf(patients: PerHost<Patient>): readonly Ill[] {
  const causes = causesOf(findingsOf(patients)).map(({ finding }) => finding);
  return patients
    .map(({ open, value }) => ({ open, steps: stepsFor(value, causes, open.host.name) }))
    .filter(({ steps }) => steps.length > 0);
}

/** Says what would be done. */
export function tellRepairs(run: Run, ill: readonly Ill[], who: string): void {
  for (const { open, steps } of ill) {
    const text = `${who}: ${steps.map(({ name }) => name).join(', ')}`;
    run.reporter.report({ type: 'notice', host: open.host.name, text });
  }
}

/**
 * Makes repairs after asking, as a job on each host.
 *
 * @returns whether anything was done
 */
export async function repairHosts(run: Run<CommandOptions>, ill: readonly Ill[]): Promise<boolean> {
  if (ill.length === 0) {
    run.reporter.report({ type: 'notice', text: 'There is nothing that --fix can repair.' });
    return false;
  }
  tellRepairs(run, ill, '--fix will');
  if (!(await isApproved(run))) {
    run.reporter.report({ type: 'notice', text: 'Nothing was changed.' });
    return false;
  }
  const hosts = ill.map(({ open }) => open);
  await endOnEach(run, hosts, (open) => {
    const steps = ill.find((one) => one.open === open)?.steps ?? [];
    return runAsJob(run, open, 'doctor --fix', steps);
  });
  return true;
}

function stepsFor(
  { findings, repairs }: Patient,
  causes: readonly HostFinding[],
  host: string,
): readonly CommandStep[] {
  const failed = findings
    .filter((finding) => finding.host === host && finding.level === 'fail')
    .toSorted(byDepth);
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
