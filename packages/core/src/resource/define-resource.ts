import { HintedError } from '@fairness-deploy/shell/text';
import type { Login, Script } from '@fairness-deploy/shell';
import type { Difference } from './difference.js';
import { differences } from './differences.js';
import type { Owned } from './owned.js';
import { ProbingScript, type Question } from './probe.js';
import type { Address, Change, Resource } from './resource.js';
import type { FlatState } from './state.js';

/** Whether the resource should be there. */
export type Ensure = 'present' | 'absent';

/** The options of every resource, whatever its type. */
export interface ResourceOptions {
  /** Default: `present`. */
  readonly ensure?: Ensure;
  /**
   * The resources that it needs: when one of them failed, it isn't applied. They must be declared
   * as well.
   */
  readonly after?: readonly (Resource | Address)[];
  /**
   * The resources that are applied before it, if they are declared; a failure of these doesn't stop
   * it.
   */
  readonly follows?: readonly (Resource | Address)[];
}

/**
 * A type of resource: the part that its author writes. `Identity` is the part of the spec that is
 * needed to find one and to remove it; default: all of the spec.
 */
export interface ResourceDefinition<
  Spec extends Identity,
  State extends FlatState<State>,
  Identity = Spec,
> {
  /** The first part of the address. */
  readonly type: string;
  /** The second part of the address: unique for the type on a host. */
  name(spec: Identity, ensure: Ensure): string;
  /**
   * Refuses a spec that can't work, before any connection.
   *
   * @throws TypeError or RangeError that says what was given.
   */
  check?(spec: Identity): void;
  /** The questions of `read` that other resources share. */
  questions?(spec: Identity): readonly Question[];
  /**
   * Prints the state, or nothing when absent; changes nothing. Runs as root in a subshell with `set
   * -eu` and no input, after its questions. Each program that it starts costs about a millisecond.
   */
  read(spec: Identity): Script;
  /**
   * Parses the output of `read`, which is never the empty text.
   *
   * @throws Error when `write` or `remove` couldn't safely change that state.
   */
  parse(output: string, spec: Identity): State | undefined;
  /** The wanted state. A field that is undefined is left alone. */
  desired(spec: Spec): State;
  /** Fields whose values may not be shown, only that they differ. */
  hidden?(spec: Identity): readonly (keyof State & string)[];
  /** The found state as people may see it; default: as it is. It is compared and protected as it is. */
  shown?(from: State): State;
  /**
   * Creates or updates it from any state; runs as `read` does. The script decides, not the values
   * that were read.
   */
  write(spec: Spec): Script;
  /** Removes it; left out for types that can't be removed. */
  remove?(spec: Identity): Script;
  /**
   * One resource of two that have the same address.
   *
   * @throws Error when they contradict each other.
   */
  merge?(one: Spec, other: Spec): Spec;
  /**
   * Refuses a change after which nobody could log in as this connection did. `to` is undefined
   * when the resource is to be removed.
   *
   * @throws Error that says what the change takes away, and what to write instead.
   */
  protect?(login: Login, spec: Identity, from: State, to: State | undefined): void;
  /** Whether a change can lock the client out, and its script waits for a new connection: see onTrial(). */
  readonly onTrial?: true;
  /** As {@link Resource.notes}. */
  notes?(output: string, spec: Identity): readonly string[];
  /** As {@link Resource.tryLogin}. */
  tryLogin?(login: Login, spec: Identity, ensure: Ensure): Script | undefined;
  /** Side effects of an update that people should know before: `processes: run → restarted`. */
  readonly effect?: Difference;
  /**
   * What exists on the host by it alone, so that an environment removes it when it does not declare it any
   * more. Left out for types that only change something, or that their plugin removes itself.
   */
  owns?(spec: Identity): readonly Owned[];
  /**
   * The resources that every resource of this type comes after if they are declared, such as a file
   * after its folder.
   */
  follows?(spec: Identity): readonly Address[];
}

/** Makes resources of one type. */
export interface ResourceType<Spec extends Identity, Identity = Spec> {
  (spec: Spec, options?: ResourceOptions): Resource;
  (spec: Identity, options: ResourceOptions & { readonly ensure: 'absent' }): Resource;
}

/**
 * Makes a type of resource from a few pure functions. The function that it returns checks a spec
 * and makes the resource.
 *
 * @throws TypeError or RangeError (the returned function) when the spec can't work, or is to
 *   be absent and the type can't be removed.
 */
export function defineResource<
  Spec extends Identity,
  State extends FlatState<State>,
  Identity = Spec,
>(definition: ResourceDefinition<Spec, State, Identity>): ResourceType<Spec, Identity> {
  return (spec: Identity, options: ResourceOptions = {}) => {
    definition.check?.(spec);
    return make(definition, spec, {
      ensure: options.ensure ?? 'present',
      after: addresses(options.after),
      follows: addresses([...(options.follows ?? []), ...(definition.follows?.(spec) ?? [])]),
    });
  };
}

interface Settings {
  readonly ensure: Ensure;
  readonly after: readonly Address[];
  readonly follows: readonly Address[];
}

/** The parts of a resource that are compared or merged with another of the same address. */
interface ResourceOrigin {
  readonly definition: unknown;
  readonly spec: unknown;
  readonly ensure: Ensure;
  apply(): Script;
}
const origins = new WeakMap<Resource, ResourceOrigin>();

function make<Spec extends Identity, State extends FlatState<State>, Identity>(
  definition: ResourceDefinition<Spec, State, Identity>,
  spec: Identity,
  { ensure, after, follows }: Settings,
): Resource {
  const address: Address = `${definition.type}:${definition.name(spec, ensure)}`;
  if (ensure === 'absent' && !definition.remove) {
    throw new TypeError(`Cannot declare ${address} as absent: its type can't be removed`);
  }
  // Sound: the type's signature takes less than a whole spec only with `ensure: 'absent'`.
  const whole = spec as Spec;
  const apply = (): Script =>
    ensure === 'absent' && definition.remove ? definition.remove(spec) : definition.write(whole);

  const read = definition.read(spec);
  const questions = definition.questions?.(spec) ?? [];
  const owned = definition.owns?.(spec) ?? [];
  const resource: Resource = {
    address,
    ...(ensure === 'present' ? { owns: owned } : { removes: owned }),
    after,
    follows: follows.filter((other) => other !== address && !after.includes(other)),
    read: questions.length > 0 ? new ProbingScript(questions, read) : read,
    plan(output, login): Change | undefined {
      const from = output === '' ? undefined : definition.parse(output, spec);
      const to = ensure === 'absent' ? undefined : definition.desired(whole);
      const found = differences(from, to, {
        hidden: definition.hidden?.(spec),
        shown: from && definition.shown?.(from),
      });
      const how = { apply: apply(), ...(definition.onTrial && { onTrial: definition.onTrial }) };
      if (!from) return to && { action: 'create', differences: found, ...how };
      if (to && found.length === 0) return undefined;
      if (login) definition.protect?.(login, spec, from, to);
      if (!to) return { action: 'remove', differences: found, ...how };
      const all = [...found, ...(definition.effect ? [definition.effect] : [])];
      return { action: 'update', differences: all, ...how };
    },
    notes: (output) => definition.notes?.(output, spec) ?? [],
    tryLogin: (login) => definition.tryLogin?.(login, spec, ensure),
    merge(other): Resource {
      const settings = {
        ensure,
        after: [...new Set([...after, ...other.after])],
        follows: [...new Set([...follows, ...other.follows])],
      };
      const origin = origins.get(other);
      if (resource.equals(other)) return make(definition, spec, settings);
      if (definition.merge && origin?.definition === definition && origin.ensure === ensure) {
        // Sound: both have the same definition, and so the same type of spec.
        const merged = definition.merge(whole, origin.spec as Spec);
        return make(definition, merged, settings);
      }
      throw new HintedError(
        `Cannot combine the resources: ${address} is declared twice, with different contents`,
        { hint: 'remove or rename one of them' },
      );
    },
    equals(other): boolean {
      const origin = origins.get(other);
      return (
        other.address === address &&
        origin?.ensure === ensure &&
        other.read.reveal() === resource.read.reveal() &&
        // The output of a function in a spec shows only in the script that it makes.
        origin.apply().reveal() === apply().reveal()
      );
    },
  };
  origins.set(resource, { definition, spec, ensure, apply });
  return resource;
}

function addresses(of: readonly (Resource | Address)[] = []): readonly Address[] {
  return [...new Set(of.map((one) => (typeof one === 'string' ? one : one.address)))];
}
