import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import { PHASES, type Phase } from '../order/phases.js';
import { type ReleaseStep } from '../order/release-step.js';
import { notice, sh, type Script } from '@fairness-deploy/shell';
import { variablesOf, type Variables } from '../application/variables-file.js';
import type { Hook } from '../section/hooks.js';
import { runOnClient } from './run-on-client.js';
import { projectCommand } from '../scripts/project-command.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Seconds between SIGTERM and SIGKILL for a hook. */
const KILL_AFTER_SECONDS = 10;

/** The most characters of a command that a step's name shows. */
const SHOWN_CHARACTERS = 60;

/** Phases that a rollback and a restart don't have. */
const MAKING: readonly Phase[] = ['fetch', 'install', 'build', 'migrate'];

/**
 * The steps of the project's own hooks, before and after each phase of the deployment.
 *
 * @throws Error when a hook needs a secret that can't be opened, and isn't optional.
 */
export function hookSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.section.hooks
    .filter((hook) => isDue(spec, hook))
    .map((hook) => {
      const common = {
        phase: hook.phase,
        name: nameOf(hook),
        place: hook.when === 'before' ? 'first' : 'last',
      } as const;
      const locked = lockedFor(spec, hook);
      if (locked && !hook.optional) {
        const { message, hint } = failureOf(locked);
        throw new HintedError(`Cannot run the hook "${common.name}": ${message}`, {
          hint,
          cause: locked,
        });
      }
      if (hook.on === 'server') {
        return { ...common, run: locked ? warn(locked) : onServer(spec, hook) };
      }
      return {
        ...common,
        // After `confirm`, it runs when all hosts have passed their checks.
        ...(common.place === 'last' &&
          common.phase === 'confirm' && { place: 'all-hosts-ready' as const }),
        run: sh`:`,
        onClientFor: common.place === 'first' ? 'first-host' : 'last-host',
        clientOptional: hook.optional,
        onClient: (say, signal) => onClient(spec, hook, say, signal),
      };
    });
}

/** A release that is built already isn't installed and built again; its files exist only then. */
function isDue({ about, builtAs }: ReleaseSpec, { phase, on }: Hook): boolean {
  if (about.action !== 'deploy') return !MAKING.includes(phase);
  if (builtAs === undefined) return true;
  return phase === 'fetch' ? on === 'client' : phase !== 'install' && phase !== 'build';
}

function nameOf({ when, phase, run }: Hook): string {
  const line = run.trim().replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return `${when} ${phase}: ${line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line}`;
}

/** The warning when an optional hook fails. */
const WARNING = 'Warning: the optional hook failed';

/** Why one of its variables can't be opened. */
function lockedFor(spec: ReleaseSpec, hook: Hook): Error | undefined {
  const values =
    hook.on === 'client' ? Object.values(hook.env) : [...hookVariables(spec, hook).values()];
  return values.map(({ locked }) => locked).find((locked) => locked !== undefined);
}

/** Replaces an optional hook that can't run. */
function warn({ message }: Error): Script {
  const [reason = ''] = message.split('\n');
  return sh`printf '%s\n' ${notice(`${WARNING}: ${reason}`)}`;
}

/** Runs the hook as the application's user in the release, with the variables of its processes. */
function onServer(spec: ReleaseSpec, hook: Hook): Script {
  const limit = { seconds: hook.timeout, grace: KILL_AFTER_SECONDS };
  const command = projectCommand(spec, hook.run, hookVariables(spec, hook), limit);
  if (!hook.optional) return command;
  return sh`
    fd_hook=0
    (
    ${command}
    ) || fd_hook=$?
    [ "$fd_hook" = 0 ] || printf ${notice(`${WARNING}: status %s`)}'\n' "$fd_hook"`;
}

/** The variables of the application's processes, and the hook's own. */
function hookVariables({ application, release }: ReleaseSpec, { env }: Hook): Variables {
  return new Map([...variablesOf(application, release), ...Object.entries(env)]);
}

async function onClient(
  { about, release, environment, hosts }: ReleaseSpec,
  hook: Hook,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (hook.isDry) say(notice(`Not run in a rehearsal: ${hook.run.trim()}`));
  try {
    await runOnClient({
      command: hook.isDry ? syntaxCheck(hook.run) : hook.run,
      folder: environment.workspace,
      seconds: hook.timeout,
      grace: KILL_AFTER_SECONDS,
      env: {
        ENVIRONMENT: environment.name,
        HOSTS: hosts.join(' '),
        ACTION: about.action,
        COMMIT: release.commit,
        RELEASE: release.id,
        ...Object.fromEntries(
          Object.entries(hook.env).map(([name, value]) => [name, value.reveal()]),
        ),
      },
      say,
      signal,
    });
  } catch (error) {
    if (!hook.optional) throw error;
    const [reason = ''] = failureOf(error).message.split('\n');
    say(notice(`${WARNING}: ${reason}`));
  }
}

/** A command that has sh read another one, and run nothing of it (POSIX, sh, -n). */
function syntaxCheck(command: string): string {
  return sh`exec /bin/sh -nc ${command}`.reveal();
}

/** The hooks that are inputs of a build: those that run in the release until it is built. */
export function buildingHooks(hooks: readonly Hook[]): readonly Hook[] {
  return hooks.filter(
    ({ on, phase }) => on === 'server' && PHASES.indexOf(phase) <= PHASES.indexOf('build'),
  );
}
