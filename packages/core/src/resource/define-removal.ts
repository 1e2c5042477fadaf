import type { Login, Script } from '@fairness-deploy/shell';
import { defineResource, type ResourceOptions } from './define-resource.js';
import type { Owned } from './owned.js';
import type { Question } from './probe.js';
import type { Resource } from './resource.js';

/** A type of thing that can only be removed: the part that its author writes. */
export interface RemovalDefinition<Spec> {
  /** The first part of the address. */
  readonly type: string;
  /** The second part of the address: unique for the type on a host. */
  name(spec: Spec): string;
  /** @throws TypeError or RangeError when the spec can't work, before any connection. */
  check?(spec: Spec): void;
  /** What it removes, for the record of what an environment owns. */
  owns?(spec: Spec): readonly Owned[];
  questions?(spec: Spec): readonly Question[];
  /** Prints what is there, for people, a line each; nothing when it is gone. Runs as a resource's `read`. */
  read(spec: Spec): Script;
  /**
   * What is there, from the output of `read`; default: its lines.
   *
   * @throws Error when it can't be removed safely.
   */
  parse?(lines: readonly string[], spec: Spec): readonly string[];
  remove(spec: Spec): Script;
  /**
   * Refuses a removal after which nobody could log in as this connection did.
   *
   * @throws Error that says what the removal takes away.
   */
  protect?(login: Login, spec: Spec): void;
  /** One removal of two that have the same address. */
  merge?(one: Spec, other: Spec): Spec;
}

/** Makes resources that something is gone. */
export type RemovalType<Spec> = (spec: Spec, options?: Omit<ResourceOptions, 'ensure'>) => Resource;

/** Makes a type of things that can only be removed: nothing makes one. */
export function defineRemoval<Spec>(definition: RemovalDefinition<Spec>): RemovalType<Spec> {
  const type = defineResource<Spec, { readonly found: readonly string[] }>({
    ...definition,
    parse(output, spec) {
      const lines = output.trim().split('\n');
      const found = definition.parse?.(lines, spec) ?? lines;
      return found.length === 0 ? undefined : { found };
    },
    desired: () => ({ found: [] }),
    write: () => {
      throw new TypeError(`Cannot make ${definition.type}: it can only be removed`);
    },
  });
  return (spec, options = {}) => type(spec, { ...options, ensure: 'absent' });
}
