/** A resource whose wanted state follows from a fact of the host, such as its memory. */
import {
  ProbingScript,
  type Address,
  type Resource,
  type ResourceOptions,
} from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';

/** What the wanted state follows from, and how. */
export interface ByFact {
  /** Prints the fact: one line at most. */
  readonly fact: Script;
  /** Its address, where another one than the resource's. */
  readonly address?: Address;
  /** The resource that is wanted. Its address and its read script are the same for all facts. */
  readonly resource: (fact: string, options: ResourceOptions) => Resource;
}

const specs = new WeakMap<Resource, ByFact>();

/** Reads the fact along with the resource's own state, and plans for the fact that was found. */
export function byFact(spec: ByFact, options: ResourceOptions = {}): Resource {
  const sample = spec.resource('', options);
  const { after, follows, read } = sample;
  const { address = sample.address } = spec;
  const resource: Resource = {
    ...{ address, after, follows },
    read: withFact(spec.fact, read),
    plan(output, login) {
      const end = output.indexOf('\n');
      return spec.resource(output.slice(0, end), options).plan(output.slice(end + 1), login);
    },
    merge(other) {
      if (resource.equals(other)) {
        return byFact(spec, {
          after: [...after, ...other.after],
          follows: [...follows, ...other.follows],
        });
      }
      throw new TypeError(`Cannot combine the resources: ${address} is declared twice`);
    },
    equals(other) {
      const own = spec.resource('', options);
      const its = specs.get(other)?.resource('', options);
      return its !== undefined && own.equals(its) && other.read.reveal() === resource.read.reveal();
    },
  };
  specs.set(resource, spec);
  return resource;
}

/** After the questions, whose answers the fact may use. */
function withFact(fact: Script, read: Script): Script {
  const print = sh`
    fd_fact=$(${fact})
    printf '%s\n' "$fd_fact"`;
  if (!(read instanceof ProbingScript)) return lines(print, read);
  return new ProbingScript(read.questions, lines(print, read.rest));
}
