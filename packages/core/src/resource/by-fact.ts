import { HintedError } from '@fairness-deploy/shell/text';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import type { ResourceOptions } from './define-resource.js';
import { ProbingScript } from './probe.js';
import type { Address, Resource } from './resource.js';

/** What the wanted state follows from, and how. */
export interface ByFact {
  /** Prints the fact: one line at most. */
  readonly fact: Script;
  /** Its address, where another one than the resource's. */
  readonly address?: Address;
  /**
   * The resource that is wanted. Its address and its read script are the same for all facts. Two that
   * are equal for the empty fact count as equal.
   */
  readonly resource: (fact: string, options: ResourceOptions) => Resource;
}

const specs = new WeakMap<Resource, ByFact>();

/**
 * A resource whose wanted state follows from a fact of the host, such as its memory: reads the fact along
 * with the resource's own state, and plans for the fact that was found.
 */
export function byFact(spec: ByFact, options: ResourceOptions = {}): Resource {
  const sample = spec.resource('', options);
  const { after, follows, read, owns = [] } = sample;
  const { address = sample.address } = spec;
  const resource: Resource = {
    ...{ address, after, follows, owns },
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
      throw new HintedError(
        `Cannot combine the resources: ${address} is declared twice, with different contents`,
        { hint: 'remove or rename one of them' },
      );
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
