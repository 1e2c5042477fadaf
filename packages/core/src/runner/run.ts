import type { Environment, Host } from '../inventory/environment.js';
import type { LogLevel } from '../plugin/log-line.js';
import type { Plugin } from '../plugin/plugin.js';
import type { Reporter } from '../report/event.js';
import type { Output } from '../report/output.js';
import type { Mask } from '../report/masking-reporter.js';
import type { RunningJobs } from './running-jobs.js';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { Transport } from '@fairness-deploy/shell';

/** Options of every command. */
export interface CommonOptions {
  /** Only these hosts. */
  readonly limit?: readonly string[];
  /** Events as lines of JSON. */
  readonly json?: boolean;
}

/** Options of a command that changes a host. */
export interface ChangeOptions extends CommonOptions {
  /** Wait until another job has ended, instead of giving up. */
  readonly wait?: boolean;
}

/** Options of core's own commands; each command uses some of them. */
export interface CommandOptions extends ChangeOptions {
  /** Remove databases that are not declared any more. */
  readonly dropDatabase?: boolean;
  /** Remove other data, such as uploads and backups, that is not declared any more. */
  readonly dropData?: boolean;
  /** The file in which the plan is saved, or the page of the report, from the workspace's root. */
  readonly out?: string;
  /** The file of a saved plan that is shown. */
  readonly show?: string;
  /** The file of a saved plan that is applied. */
  readonly plan?: string;
  /** The name of the environment, typed to confirm its removal. */
  readonly confirm?: string;
  /** Remove it without a last backup. */
  readonly skipBackup?: boolean;
  /** Apply without asking. */
  readonly yes?: boolean;
  /** Show it again and again. */
  readonly watch?: boolean;
  /** Make the safe repairs. */
  readonly fix?: boolean;
  /** End with status 2 when a plan finds changes. */
  readonly detailedExitCode?: boolean;
  /** Pin unknown host keys without asking. */
  readonly acceptNew?: boolean;
  /** The job to attach to, or to cancel. */
  readonly job?: string;
  /** How many lines of each log are shown; default: 50, or all of a deployment's log. */
  readonly lines?: number;
  /** Show the log of the last deployment. */
  readonly deployment?: boolean;
  /** Show the log of the deployment that made this release. */
  readonly release?: string;
  /** Only lines since then: `10m`, `2h`, `3d` ago. */
  readonly since?: string;
  /** Only these logs: names, and sections for all of theirs. From Nx, one word may be a text. */
  readonly source?: readonly string[] | string;
  /** Show the lines that come as well, until Ctrl-C. */
  readonly follow?: boolean;
  /** Only lines that match this regular expression. */
  readonly grep?: string;
  /** Only lines of this level or a graver one. */
  readonly level?: LogLevel;
}

/** 0 done, 1 failed, 2 a plan found changes and `detailedExitCode` was given. */
export type ExitCode = 0 | 1 | 2;

/** One run of a command on an environment. */
export interface Run<Options extends CommonOptions = CommonOptions> {
  readonly environment: Environment;
  /** The hosts that the command works on: all of the environment, or those of `limit`. */
  readonly hosts: readonly Host[];
  /** The plugins whose section the environment has. */
  readonly plugins: readonly Plugin[];
  /** A secret that a plugin needs, by its name. @throws Error when it can't be opened. */
  readonly secret: (name: string) => Secret;
  readonly options: Options;
  readonly reporter: Reporter;
  /** Where the report goes. */
  readonly output: Pick<Output, 'closed' | 'drained'>;
  /** Masks secrets in output that doesn't go through the reporter, which masks its own. */
  readonly mask: Mask;
  /** The jobs that run on hosts at the moment. */
  readonly jobs: RunningJobs;
  readonly transport: Transport;
  /**
   * Loads another environment of the workspace for the same command, with all of its hosts, and masks its
   * secrets from then on as well.
   *
   * @throws Error when it can't be loaded, or lacks the command's section.
   */
  readonly other: (environment: string) => Promise<Run<Options>>;
}

export type Command<Options extends CommonOptions = CommandOptions> = (
  run: Run<Options>,
) => Promise<ExitCode>;

/** An environment with its plugins. */
export type Loaded = Pick<Run, 'environment' | 'plugins' | 'secret'>;
