import type { Connection } from '@fairness-deploy/shell';
import type { CommandContext } from '../runner/host-command.js';
import type { CommonOptions, Run } from '../runner/run.js';
import { RunningJobs } from '../runner/running-jobs.js';
import type { PluginContext } from '../plugin/plugin.js';

/**
 * A run of a command, for tests; default: without plugins and secrets, and its report goes nowhere.
 */
export function exampleRun<Options extends CommonOptions>(
  of: Pick<Run<Options>, 'environment' | 'options'> & Partial<Run<Options>>,
): Run<Options> {
  return {
    ...{ plugins: [], hosts: of.environment.hosts },
    secret: (name) => {
      throw new RangeError(`Cannot use the secret "${name}": there is none in a test`);
    },
    reporter: { report: () => undefined },
    output: { closed: new AbortController().signal, drained: () => Promise.resolve() },
    mask: (value) => value,
    jobs: new RunningJobs(),
    transport: {
      connect: ({ name }) =>
        Promise.reject(new Error(`Cannot connect to ${name}: nobody is there`)),
    },
    other: (name) => Promise.reject(new Error(`Cannot load ${name}: there is no other in a test`)),
    ...of,
  };
}

/** The context of a plugin's command on a host, for tests of a command without a job. */
export function exampleCommandContext<Section, Options>(
  context: PluginContext<Section>,
  { options, connection }: { readonly options: Options; readonly connection: Connection },
): CommandContext<Section, Options> {
  return {
    ...{ ...context, options, connection },
    say: () => undefined,
    job: () => Promise.reject(new Error('Cannot run a job: there is none in this test')),
    approve: () => Promise.resolve(true),
    onOther: () => Promise.reject(new Error('Cannot work elsewhere: there is no other in a test')),
    signal: new AbortController().signal,
  };
}
