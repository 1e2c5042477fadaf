import { failureOf } from '@fairness-deploy/shell/text';
import { hostsWaitForEachOther, isCleanup } from './phases.js';
import { type ReleaseStep } from './release-step.js';
import type { OnClient } from '@fairness-deploy/core/engine';
import { notice } from '@fairness-deploy/shell';

/** A step that several hosts share. */
interface SharedStep {
  /** Whether nothing is undone any more in its phase: then the remaining hosts do it. */
  readonly inCleanup: boolean;
  /** The names of the hosts that have it. */
  readonly hosts: Set<string>;
  readonly arrived: Set<string>;
  /** The work on the client; known once a host waits for it. */
  call?: () => ReturnType<OnClient>;
  /** The running work, from its beginning. */
  done?: Promise<void>;
  /** Why some host will not get to it. */
  failure?: Error;
  /** Those that wait for the last host to come. */
  readonly waiting: { readonly go: () => void; readonly stop: (error: unknown) => void }[];
}

/**
 * Runs each step with `onClientFor` (ReleaseStep) a single time, for the first host that reaches it or
 * for the last. With the last, the other hosts wait from the phase `confirm` on, and not before.
 */
export class SharedSteps {
  readonly #plans: ReadonlyMap<string, readonly ReleaseStep[]>;
  readonly #shared = new Map<string, SharedStep>();

  /** @param plans the steps of each host, by its name */
  constructor(plans: ReadonlyMap<string, readonly ReleaseStep[]>) {
    this.#plans = plans;
    for (const [host, steps] of plans) {
      for (const { step, key } of keyed(steps)) {
        if (key === undefined) continue;
        const shared = this.#shared.get(key);
        if (shared) shared.hosts.add(host);
        else {
          const inCleanup = isCleanup(step.phase);
          const hosts = new Set([host]);
          this.#shared.set(key, { inCleanup, hosts, arrived: new Set(), waiting: [] });
        }
      }
    }
  }

  /** A host's steps, those that are shared among them. */
  steps(host: string): readonly ReleaseStep[] {
    return keyed(this.#plans.get(host) ?? []).map(({ step, key }) => {
      const { onClient, onClientFor } = step;
      const shared = key === undefined ? undefined : this.#shared.get(key);
      if (!onClient || !shared) return step;
      return {
        ...step,
        onClient: async (say, signal) => {
          const call = (): ReturnType<OnClient> => onClient(say, signal);
          try {
            await (onClientFor === 'first-host'
              ? (shared.done ??= call())
              : whenLast(shared, host, hostsWaitForEachOther(step.phase), call));
          } catch (error) {
            if (!step.clientOptional) throw error;
            say(notice(`Continuing without it: ${failureOf(error).message}`));
          }
        },
      };
    });
  }

  /** A host's deployment has failed, or can't be followed any more: it gets to no further step. */
  failed(host: string): void {
    for (const shared of this.#shared.values()) {
      if (!shared.hosts.has(host) || shared.arrived.has(host)) continue;
      if (shared.inCleanup) {
        shared.hosts.delete(host);
        // The waiting hosts get its result.
        if (shared.waiting.length > 0) void callWhenAllAreThere(shared)?.catch(() => undefined);
      } else {
        shared.failure ??= new Error(`the deployment to ${host} failed`);
        for (const { stop } of shared.waiting.splice(0)) stop(shared.failure);
      }
    }
  }
}

/** Runs the work for the last host. The others wait for it where hosts wait for each other; before, they continue. */
function whenLast(
  shared: SharedStep,
  host: string,
  othersWait: boolean,
  call: () => ReturnType<OnClient>,
): Promise<void> {
  shared.arrived.add(host);
  shared.call = call;
  const done = callWhenAllAreThere(shared);
  if (done) return done;
  if (!othersWait) return Promise.resolve();
  if (shared.failure) return Promise.reject(shared.failure);
  return new Promise((go, stop) => {
    shared.waiting.push({ go, stop });
  });
}

function callWhenAllAreThere(shared: SharedStep): ReturnType<OnClient> | undefined {
  const { arrived, hosts, call, waiting } = shared;
  if (arrived.size < hosts.size) return undefined;
  const done = call?.();
  for (const { go, stop } of waiting.splice(0)) void done?.then(go, stop);
  return done;
}

/**
 * Tells the shared steps of a phase apart by their plugins and names, and those of one name by their order. A host
 * may lack some of them.
 */
function keyed(
  steps: readonly ReleaseStep[],
): readonly { readonly step: ReleaseStep; readonly key: string | undefined }[] {
  const counts = new Map<string, number>();
  return steps.map((step) => {
    if (step.onClientFor === undefined) return { step, key: undefined };
    const kind = JSON.stringify([step.section, step.phase, step.onClientFor, step.name]);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return { step, key: `${kind} ${String(count)}` };
  });
}
