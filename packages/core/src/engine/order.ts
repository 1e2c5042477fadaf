import type { Address, Resource } from '../resource/resource.js';

/**
 * Puts every resource behind those that it comes `after` or `follows`, and else keeps the given
 * order.
 *
 * @throws Error when a resource comes after one that isn't declared, or when some come after each
 *   other in a circle; the message names them.
 */
export function order(resources: readonly Resource[]): readonly Resource[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const done = new Set<Address>();
  const ordered: Resource[] = [];

  const visit = (resource: Resource, path: readonly Address[]): void => {
    if (done.has(resource.address)) return;
    const start = path.indexOf(resource.address);
    if (start !== -1) {
      const circle = [...path.slice(start), resource.address].join(' → ');
      throw new Error(`Cannot order the resources: ${circle} come after each other in a circle`);
    }
    for (const address of predecessors(resource)) {
      const predecessor = byAddress.get(address);
      if (predecessor) visit(predecessor, [...path, resource.address]);
      else if (resource.after.includes(address)) {
        throw new Error(
          `Cannot order the resources: ${resource.address} comes after ${address}, which nothing declares`,
        );
      }
    }
    done.add(resource.address);
    ordered.push(resource);
  };

  for (const resource of resources) visit(resource, []);
  return ordered;
}

/** A resource may follow one that isn't declared: `follows` is about order only. */
function predecessors(resource: Resource): readonly Address[] {
  return [...resource.after, ...resource.follows];
}
