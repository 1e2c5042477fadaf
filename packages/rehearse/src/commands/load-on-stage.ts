import {
  definePlugin,
  withNodeMirror,
  without,
  askPlugin,
  z,
  type Environment,
  type LoadedEnvironment,
  type Plugin,
  type Stage,
} from '@fairness-deploy/core';
import type { LocalRun, Run } from '@fairness-deploy/core/commands';
import { openSecretStore, placeOf } from '@fairness-deploy/secrets';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { Target } from '@fairness-deploy/shell';
import { STAGE_TRANSPORT } from '../stage/stage.js';
import type { StandIns } from '../stand-ins/stand-ins.js';
import type { RehearseOptions } from './options.js';

/** What an environment is loaded with for a rehearsal. */
export interface OnStage {
  /** As it was loaded without secrets. */
  readonly environment: Environment;
  readonly plugins: readonly Plugin[];
  readonly standIns: StandIns;
  readonly stage: Stage;
  /** How each host is reached, by its name. */
  readonly targets: ReadonlyMap<string, Partial<Target>>;
  readonly nodeMirror?: string | undefined;
}

/**
 * Loads the environment as prod would, with its hosts, its secrets and what its plugins say replaced.
 *
 * @throws EnvironmentError that lists all errors in the files, as any command's.
 */
export async function loadOnStage(
  { loadAs, options, place, reporter }: LocalRun<RehearseOptions>,
  { standIns, stage, ...of }: OnStage,
): Promise<Run<RehearseOptions>> {
  const { environment, plugins } = of;
  const contextOf = (section: unknown) => ({ section, environment, stage });
  const fixed: Record<string, string | Secret> = {};
  for (const { section, rehearsal } of plugins) {
    const own = askPlugin(section, 'the function "secrets" of its rehearsal', () =>
      rehearsal?.secrets?.(contextOf(environment.sections[section])),
    );
    Object.assign(fixed, own);
  }
  const run = await loadAs(
    {
      secrets: async (section) => {
        if (!options.withSecrets) return standIns.store(fixed);
        const warn = (text: string): void => {
          reporter.report({ type: 'notice', text });
        };
        const at = placeOf(place.workspace, place.environment);
        const real = await openSecretStore(at, section, { env: process.env, warn });
        return standIns.store(fixed, real);
      },
      section: ({ section, rehearsal }, output) =>
        rehearsal?.section
          ? askPlugin(section, 'the function "section" of its rehearsal', () =>
              rehearsal.section?.(contextOf(output)),
            )
          : output,
    },
    (loaded) => onStage(loaded, stage, of),
  );
  return { ...run, transport: STAGE_TRANSPORT };
}

/** Changes the addresses and logins of the hosts, and leaves out the sections that have no part in a rehearsal. */
function onStage(
  { environment, plugins, ...loaded }: LoadedEnvironment,
  stage: Stage,
  { targets, nodeMirror }: Pick<OnStage, 'targets' | 'nodeMirror'>,
): LoadedEnvironment {
  const reached = reaching(targets, nodeMirror);
  const leftOut = plugins.filter(({ rehearsal }) => rehearsal?.isLeftOut);
  const addresses = new Map(stage.hosts.map(({ name, address }) => [name, address]));
  return {
    ...loaded,
    environment: withNodeMirror(
      {
        ...environment,
        hosts: environment.hosts.map((host) => ({
          ...without(host, 'port', 'identityFile'),
          address: addresses.get(host.name) ?? host.address,
        })),
        sections: Object.fromEntries(
          Object.entries(environment.sections).filter(
            ([key]) => !leftOut.some(({ section }) => section === key),
          ),
        ),
      },
      [reached],
    ),
    plugins: [...plugins.filter((plugin) => !leftOut.includes(plugin)), reached],
  };
}

/** No section of a file can have this name. */
const SECTION = 'the stage of the rehearsal';

/** The plugin that knows how the hosts of the stage are reached. */
function reaching(
  targets: ReadonlyMap<string, Partial<Target>>,
  nodeMirror: string | undefined,
): Plugin {
  return definePlugin({
    section: SECTION,
    schema: z.unknown(),
    nodeMirror: () => nodeMirror,
    target({ name }) {
      const target = targets.get(name);
      // The real host must never be reached instead.
      if (!target) throw new TypeError(`The host "${name}" is not on the stage`);
      return target;
    },
  });
}
