import { HintedError } from '@fairness-deploy/shell/text';
import type { Address, Resource } from '../resource/resource.js';

/**
 * Makes one list of the resources that plugins declared: equal ones once, lists of one
 * address merged.
 *
 * @throws Error when two of one address contradict each other.
 */
export function compose(resources: readonly Resource[]): readonly Resource[] {
  const byAddress = new Map<Address, Resource>();
  for (const resource of resources) {
    const known = byAddress.get(resource.address);
    byAddress.set(resource.address, known ? join(known, resource) : resource);
  }
  return [...byAddress.values()];
}

function join(one: Resource, other: Resource): Resource {
  if (one.merge) return one.merge(other);
  if (one.equals(other)) return one;
  throw new HintedError(
    `Cannot combine the resources: ${one.address} is declared twice, with different contents`,
    { hint: 'remove or rename one of them' },
  );
}
