import { quoteText } from '@fairness-deploy/environment-file';
import type { Place } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';
import type { Variable } from '../value/value.js';
import { MOST_HOSTS } from './host-range.js';

/** Groups of one set-up. */
const MOST_GROUPS = 2000;

/** A group of hosts and of groups. */
export interface Group {
  readonly name: string;
  readonly place: Place;
  /** The greatest number of groups above it; `all` has 0. */
  depth: number;
  priority: number;
  readonly variables: Map<string, Variable>;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly parents: Set<string>;
}

export interface InventoryHost {
  readonly name: string;
  readonly place: Place;
  readonly variables: Map<string, Variable>;
}

const NOWHERE: Place = { file: '', line: 0 };

/** Hosts and groups, as the inventory's files add them one after the other. */
export class Inventory {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, InventoryHost>();

  constructor() {
    this.addGroup('all', NOWHERE);
    this.addGroup('ungrouped', NOWHERE);
    this.addChild('all', 'ungrouped', NOWHERE);
  }

  addGroup(name: string, place: Place): Group {
    const there = this.groups.get(name);
    if (there) return there;
    if (this.groups.size >= MOST_GROUPS) {
      throw errorAt(place, `there are more than ${String(MOST_GROUPS)} groups`);
    }
    const group: Group = {
      ...{ name, place, depth: 0, priority: 1, variables: new Map<string, Variable>() },
      ...{ hosts: new Set<string>(), children: new Set<string>(), parents: new Set<string>() },
    };
    this.groups.set(name, group);
    return group;
  }

  /** A port counts only where the host is named first, as for Ansible. */
  addHost(name: string, group: string, port: number | undefined, place: Place): InventoryHost {
    let host = this.hosts.get(name);
    if (!host) {
      if (this.hosts.size >= MOST_HOSTS) {
        throw errorAt(place, `there are more than ${String(MOST_HOSTS)} hosts`);
      }
      host = { name, place, variables: new Map() };
      this.hosts.set(name, host);
      if (port !== undefined) host.variables.set('ansible_port', { value: port, place });
    }
    this.addGroup(group, place).hosts.add(name);
    return host;
  }

  /** @throws ImportError when the groups would contain each other. */
  addChild(parent: string, child: string, place: Place): void {
    const [above, below] = [this.addGroup(parent, place), this.addGroup(child, place)];
    if (parent === child || this.ancestors(parent).has(child)) {
      throw errorAt(
        place,
        `the groups ${quoteText(parent)} and ${quoteText(child)} contain each other`,
      );
    }
    above.children.add(child);
    below.parents.add(parent);
    this.#deepen(below, above.depth + 1);
  }

  setGroupVariable(group: string, name: string, variable: Variable): void {
    const of = this.addGroup(group, variable.place);
    if (name !== 'ansible_group_priority') {
      of.variables.set(name, variable);
      return;
    }
    const priority = Number(variable.value);
    if (!Number.isInteger(priority)) throw errorAt(variable.place, 'a priority is no number');
    of.priority = priority;
  }

  /** After the last file: every group is in `all`, hosts without a group are in `ungrouped`. */
  complete(): void {
    for (const { name, parents } of this.groups.values()) {
      if (name !== 'all' && parents.size === 0) this.addChild('all', name, NOWHERE);
    }
    const ungrouped = this.addGroup('ungrouped', NOWHERE);
    for (const { name } of this.hosts.values()) {
      const others = this.#direct(name).filter((group) => !['all', 'ungrouped'].includes(group));
      if (others.length > 0) ungrouped.hosts.delete(name);
      else ungrouped.hosts.add(name);
    }
  }

  /** All groups of a host but `all`, those that count least first. */
  groupsOf(host: string): readonly Group[] {
    const direct = this.#direct(host);
    const names = new Set(direct.flatMap((name) => [name, ...this.ancestors(name)]));
    names.delete('all');
    return [...names]
      .flatMap((name) => this.groups.get(name) ?? [])
      .sort(
        (one, other) =>
          one.depth - other.depth ||
          one.priority - other.priority ||
          (one.name < other.name ? -1 : Number(one.name > other.name)),
      );
  }

  /** The groups above a group. */
  ancestors(name: string): ReadonlySet<string> {
    const found = new Set<string>();
    const rest = [...(this.groups.get(name)?.parents ?? [])];
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
      if (found.has(one)) continue;
      found.add(one);
      rest.push(...(this.groups.get(one)?.parents ?? []));
    }
    return found;
  }

  #direct(host: string): readonly string[] {
    return [...this.groups.values()].filter(({ hosts }) => hosts.has(host)).map(({ name }) => name);
  }

  #deepen(group: Group, depth: number): void {
    if (group.depth >= depth) return;
    group.depth = depth;
    for (const child of group.children) {
      const below = this.groups.get(child);
      if (below) this.#deepen(below, depth + 1);
    }
  }
}
