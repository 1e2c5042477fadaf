import { HintedError } from '@fairness-deploy/shell/text';
import { tooShortNotice } from '@fairness-deploy/secrets';
import type { Environment, Host } from '../inventory/environment.js';
import { isOn } from '../inventory/roles.js';
import type { Reporter } from '../report/event.js';
import { loadEnvironment, type LoadedEnvironment } from '../environment/load-environment.js';
import type { LoadOptions } from '../environment/load-options.js';
import { loadFor } from './load-for.js';
import { refuseWindows } from './refuse-windows.js';
import { RunningJobs } from './running-jobs.js';
import { withReport, type Reported } from './with-report.js';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { CommonOptions, Run } from './run.js';

/** Where to find an environment. */
export interface CommandPlace {
  readonly workspace: string;
  /** Its name. */
  readonly environment: string;
}

/** What the runner knows of a command. */
export interface CommandDescription {
  /** The name of its target and of its executor. */
  readonly name: string;
  /** Only environments that have this section have the command; default: all. */
  readonly section?: string;
  /**
   * Whether the command continues when secrets are missing or can't be opened, because it is needed
   * then too. The output of hosts isn't masked then, and revealing a secret fails. `unread`: the
   * command needs no secret; the file isn't opened and no password is asked for. Default: false.
   */
  readonly withoutSecrets?: boolean | 'unread';
  /** The report's text when a signal ends the command while no job runs on a host. */
  interrupted?(environment: string): string;
}

/**
 * A command that works on this machine and loads its environment only when needed: it also runs
 * when the environment's files are broken or gone.
 */
export interface LocalCommand<Options extends CommonOptions> extends CommandDescription {
  /**
   * Whether standard output is for a value, such as one for a pipe: then failures go to standard
   * error, and nothing else is reported. Default: false.
   */
  ownsOutput?(options: Options): boolean;
  /** Whether an exit status means success; default: all but 1. */
  succeeded?(status: number): boolean;
  /** Loads the command's module. */
  load(): Promise<(run: LocalRun<Options>) => Promise<number>>;
}

/** One run of a {@link LocalCommand}. */
export interface LocalRun<Options extends CommonOptions> {
  readonly place: CommandPlace;
  readonly options: Options;
  readonly reporter: Reporter;
  /** Reports that the command has started, on these hosts. */
  readonly started: (hosts?: readonly string[]) => void;
  /**
   * Loads the environment and chooses the command's hosts. Masks its secrets from then on.
   *
   * @throws Error that says what is wrong with the environment.
   */
  readonly load: () => Promise<Run<Options>>;
  /**
   * Loads the environment in another way, and changes what was loaded. An interruption ends this process
   * at once, and asks nothing, whatever jobs run on the hosts: nobody needs them any more. The secrets of
   * earlier loads stay masked.
   *
   * @throws Error that says what is wrong with the environment.
   */
  readonly loadAs: (
    how: LoadOptions,
    change: (loaded: LoadedEnvironment) => LoadedEnvironment,
  ) => Promise<Run<Options>>;
}

/**
 * Runs a command, reported as {@link withReport} does it.
 *
 * @returns the exit status.
 */
export function runCommand<Options extends CommonOptions>(
  command: LocalCommand<Options>,
  place: CommandPlace,
  options: Options,
): Promise<number> {
  const interrupted = command.interrupted?.(place.environment);
  const settings = {
    ...{ json: options.json ?? false, ownsOutput: command.ownsOutput?.(options) ?? false },
    ...(interrupted !== undefined && { interrupted }),
    ...(command.succeeded && { succeeded: command.succeeded.bind(command) }),
  };
  return withReport(settings, async (report) => {
    const { reporter } = report;
    refuseWindows(command.name);
    const work = await command.load();
    return work({
      ...{ place, options, reporter },
      started: (hosts = []) => {
        const { name } = command;
        const { environment } = place;
        reporter.report({ type: 'started', command: name, environment, hosts });
      },
      load: () => loadRun(command, place, options, report),
      loadAs: async (how, change) => {
        const { environment: name, workspace } = place;
        const warn = (text: string): void => {
          reporter.report({ type: 'notice', text });
        };
        const loaded = change(await loadEnvironment({ name, workspace }, { warn, ...how }));
        return runOf(
          command,
          { place, options, reported: { ...report, jobs: new RunningJobs() } },
          loaded,
        );
      },
    });
  });
}

async function loadRun<Options extends CommonOptions>(
  command: CommandDescription,
  place: CommandPlace,
  options: Options,
  reported: Reported,
  beside?: { readonly secrets: readonly Secret[] },
): Promise<Run<Options>> {
  const notice = (text: string): void => {
    reported.reporter.report({ type: 'notice', text });
  };
  const loaded = await loadFor(command, place, notice);
  return runOf(command, { place, options, reported, ...(beside && { beside }) }, loaded);
}

/** What an environment is loaded for. */
interface LoadedFor<Options extends CommonOptions> {
  readonly place: CommandPlace;
  readonly options: Options;
  readonly reported: Reported;
  /** The secrets of the command's own environment, when this is another one. */
  readonly beside?: { readonly secrets: readonly Secret[] };
}

/** One run of a command on an environment that was loaded for it. Masks its secrets from then on. */
function runOf<Options extends CommonOptions>(
  command: CommandDescription,
  { place, options, reported, beside }: LoadedFor<Options>,
  { environment, plugins, secrets, secret }: LoadedEnvironment,
): Run<Options> {
  const { reporter, jobs, output, transport, hide } = reported;
  const all = [...(beside?.secrets ?? []), ...secrets];
  const mask = hide(all);
  // The names of hosts are those of the command's own environment.
  const limit = beside ? [] : (options.limit ?? []);
  for (const text of tooShortNotice(secrets)) reporter.report({ type: 'notice', text });
  return {
    ...{ environment, hosts: hostsFor(environment, limit, command) },
    ...{ plugins, secret, options, reporter, output, mask, jobs, transport },
    other: (name) =>
      loadRun(command, { ...place, environment: name }, options, reported, { secrets: all }),
  };
}

/**
 * The hosts that a command works on.
 *
 * @throws Error when a name is no host's, the environment lacks the command's section, or that
 *   section is for none of the hosts.
 */
function hostsFor(
  environment: Environment,
  names: readonly string[],
  { name, section }: CommandDescription,
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
