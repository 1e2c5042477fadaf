import { HintedError } from '@fairness-deploy/shell/text';
import { tooShortNotice } from '@fairness-deploy/secrets';
import type { Environment, Host } from '../inventory/environment.js';
import { isOn } from '../inventory/roles.js';
import { masking, maskingReporter } from '../report/masking-reporter.js';
import { outputTo } from '../report/output.js';
import { reporterFor } from '../report/reporter-for.js';
import { sshTransport } from '@fairness-deploy/shell';
import { onInterruption } from './interruption.js';
import { reportFailure } from './on-hosts.js';
import { loadFor } from './load-for.js';
import { RunningJobs } from './running-jobs.js';
import type { Command, CommonOptions, ExitCode, Run } from './run.js';

/** A command that runs on an environment, of core or of a plugin. */
export interface EnvironmentCommand<Options extends CommonOptions> {
  /** That of its target and of its executor. */
  readonly name: string;
  /** Only environments that have this section have the command; all unless given. */
  readonly section?: string;
  /**
   * Whether it continues when secrets are missing or can't be opened, as it is needed then too. What
   * a host prints isn't masked then, and revealing a secret fails. False unless given.
   */
  readonly withoutSecrets?: boolean;
  /**
   * Checks the options, before anything is contacted.
   *
   * @throws Error that says what is wrong with them.
   */
  check?(options: Options, environment: Environment): void;
  /** Loads the work, once the environment is known to be right. */
  load(): Promise<Command<Options>>;
}

/** Where an environment is found. */
export interface CommandPlace {
  readonly workspace: string;
  /** Its name. */
  readonly environment: string;
}

/**
 * Runs a command on an environment and reports it on standard output. Throws nothing:
 * what goes wrong is reported, and the exit code says so; also that the report couldn't be written.
 */
export async function runCommand<Options extends CommonOptions>(
  command: EnvironmentCommand<Options>,
  place: CommandPlace,
  options: Options,
): Promise<ExitCode> {
  const since = performance.now();
  const output = outputTo(process.stdout, process.stderr);
  const plain = reporterFor(options.json ?? false, output, process.env);
  let reporter = plain;
  let code: ExitCode = 1;
  const end = (success: boolean): void => {
    reporter.report({ type: 'ended', success, milliseconds: performance.now() - since });
  };
  const jobs = new RunningJobs();
  const stopListening = onInterruption({
    jobs,
    reporter: () => reporter,
    end: () => {
      end(false);
    },
  });
  try {
    const { environment, plugins, secrets, secret } = await loadFor(command, place, (text) => {
      plain.report({ type: 'notice', text });
    });
    const mask = masking(secrets);
    reporter = maskingReporter(plain, mask);
    for (const text of tooShortNotice(secrets)) reporter.report({ type: 'notice', text });
    const hosts = hostsFor(environment, options.limit ?? [], command);
    command.check?.(options, environment);
    const run: Run<Options> = {
      ...{ environment, hosts, plugins, secret },
      options,
      reporter,
      mask,
      jobs,
      transport: sshTransport(),
    };
    const work = await command.load();
    reporter.report({
      type: 'started',
      command: command.name,
      environment: environment.name,
      hosts: hosts.map((host) => host.name),
    });
    code = await work(run);
  } catch (error) {
    reportFailure({ reporter }, error);
  }
  stopListening();
  end(code !== 1);
  return (await output.end()) ? code : 1;
}

/**
 * The hosts that a command works on.
 *
 * @throws Error when a name isn't that of a host, the environment lacks the command's section, or that
 *   is for none of the hosts.
 */
function hostsFor(
  environment: Environment,
  names: readonly string[],
  { name, section }: Pick<EnvironmentCommand<CommonOptions>, 'name' | 'section'>,
): readonly Host[] {
  const known = environment.hosts.map((host) => host.name);
  const unknown = names.filter((one) => !known.includes(one));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot limit to ${unknown.join(', ')}: the hosts of ${environment.name} are ${known.join(', ')}`,
    );
  }
  const asked = environment.hosts.filter((host) => names.length === 0 || names.includes(host.name));
  if (section === undefined) return asked;
  if (!(section in environment.sections)) {
    throw new HintedError(
      `Cannot run ${name} on ${environment.name}: it has no section "${section}"`,
      { hint: `add "${section}:" to its environment.yaml` },
    );
  }
  const on = environment.on?.[section];
  const hosts = asked.filter((host) => isOn(on, host));
  if (hosts.length === 0) {
    throw new Error(
      `Cannot run ${name} on ${asked.map((host) => host.name).join(', ')}: the section "${section}" is for hosts with the role ${on?.join(' or ') ?? ''}`,
    );
  }
  return hosts;
}
