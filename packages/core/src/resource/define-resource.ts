import { HintedError } from '@fairness-deploy/shell/text';
import type { Login, Script } from '@fairness-deploy/shell';
import type { Difference } from './difference.js';
import { differences } from './differences.js';
import { ProbingScript, type Question } from './probe.js';
import type { Address, Change, Resource } from './resource.js';
import type { FlatState } from './state.js';

/** Whether the resource should be there. */
export type Ensure = 'present' | 'absent';

/** What can be said of every resource, whatever its type. */
export interface ResourceOptions {
  /** `present` unless told. */
  readonly ensure?: Ensure;
  /** What it needs: it isn't applied when one of these failed. They must be declared as well. */
  readonly after?: readonly (Resource | Address)[];
  /** What is applied before it, if it is declared at all; a failure doesn't hold it back. */
  readonly follows?: readonly (Resource | Address)[];
}

/**
 * A type of resource: what its author writes. `Identity` is the part of the spec that
 * is needed to find one and to remove it; all of the spec unless told.
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
   * Refuses what can't work, before any connection.
   *
   * @throws TypeError or RangeError that says what was given.
   */
  check?(spec: Identity): void;
  /** What `read` asks that others of its kind ask as well. */
  questions?(spec: Identity): readonly Question[];
  /**
   * Prints the state, or nothing when absent; changes nothing. Runs as root in a subshell
   * with `set -eu` and no input, after its questions have been asked. Each program that it
   * starts costs about a millisecond.
   */
  read(spec: Identity): Script;
  /**
   * Understands what `read` printed, which is never the empty text.
   *
   * @throws Error when the state is one that `write` or `remove` couldn't safely change.
   */
  parse(output: string, spec: Identity): State | undefined;
  /** The state that should be. A field that is undefined is left alone. */
  desired(spec: Spec): State;
  /** Fields of which nothing may be shown but that they differ. */
  hidden?(spec: Identity): readonly (keyof State & string)[];
  /** Converges from whatever is there; runs as `read` does. It decides in the script, never by what was read. */
  write(spec: Spec): Script;
  /** Removes it; absent for types that can't be removed. */
  remove?(spec: Identity): Script;
  /**
   * One of two that have the same address.
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
  /** As {@link Resource.rehearse}. */
  rehearse?(login: Login, spec: Identity, ensure: Ensure): Script | undefined;
  /** What an update does besides, which people should know before: `processes: run → restarted`. */
  readonly effect?: Difference;
  /** What every resource of this type comes after if it is declared, such as a file after its folder. */
  follows?(spec: Identity): readonly Address[];
}

/** Makes resources of one type. */
export interface ResourceType<Spec extends Identity, Identity = Spec> {
  (spec: Spec, options?: ResourceOptions): Resource;
  (spec: Identity, options: ResourceOptions & { readonly ensure: 'absent' }): Resource;
}

/**
 * Makes a type of resource of a few pure functions. The function that it returns checks a
 * spec and makes the resource.
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

/** What two resources of one address must know of each other, to be compared or merged. */
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
  const resource: Resource = {
    address,
    after,
    follows: follows.filter((other) => other !== address && !after.includes(other)),
    read: questions.length > 0 ? new ProbingScript(questions, read) : read,
    plan(output, login): Change | undefined {
      const from = output === '' ? undefined : definition.parse(output, spec);
      const to = ensure === 'absent' ? undefined : definition.desired(whole);
      const found = differences(from, to, definition.hidden?.(spec));
      if (!from) return to && { action: 'create', differences: found, apply: apply() };
      if (to && found.length === 0) return undefined;
      if (login) definition.protect?.(login, spec, from, to);
      if (!to) return { action: 'remove', differences: found, apply: apply() };
      const all = [...found, ...(definition.effect ? [definition.effect] : [])];
      return { action: 'update', differences: all, apply: apply() };
    },
    rehearse: (login) => definition.rehearse?.(login, spec, ensure),
    merge(other): Resource {
      const settings = {
        ensure,
        after: [...new Set([...after, ...other.after])],
        follows: [...new Set([...follows, ...other.follows])],
      };
      const origin = origins.get(other);
      if (resource.equals(other)) return make(definition, spec, settings);
      if (definition.merge && origin?.definition === definition && origin.ensure === ensure) {
        // Sound: of the same definition, and so of the same spec.
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
        // What a function in a spec gives shows only in the script that it is made into.
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
