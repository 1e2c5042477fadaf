import { z, type Application, type Process } from '@fairness-deploy/core';
import type { Colour } from './colour.js';
import { listenAddress, type ListenAddress } from './listen-address.js';

/**
 * A program that a release runs on a host: a process of the application, or one of its instances.
 * It belongs to the release: what the environment says later changes nothing about it.
 */
export interface Program {
  /** The process's name, with the number if it has several instances: `api`, `api.2`. */
  readonly name: string;
  readonly process: string;
  /** From 1; undefined: it is the only one. */
  readonly instance?: number;
  /** Where it listens in blue and in green; undefined: it is a worker. */
  readonly addresses?: readonly [ListenAddress, ListenAddress];
  /** Undefined: it speaks HTTP, if it listens. */
  readonly fastcgi?: Process['fastcgi'];
  readonly health: Process['health'];
  /** A worker that starts only when the one of the previous release has ended. */
  readonly exclusive: boolean;
  /** Seconds that it may take to end. */
  readonly stopSeconds: number;
  /** Whether its output and its errors go into a log each. */
  readonly apart: boolean;
  /** Whether its memory is limited. */
  readonly limited: boolean;
}

const address = z.union([z.int(), z.string()]);

/** The programs of a release, as {@link programsFile} writes them; another version may say more. */
export const programsSchema: z.ZodType<readonly Program[]> = z.array(
  z.object({
    name: z.string(),
    process: z.string(),
    instance: z.int().exactOptional(),
    addresses: z.tuple([address, address]).exactOptional(),
    fastcgi: z
      .strictObject({ root: z.string(), index: z.string(), scripts: z.enum(['index', 'all']) })
      .exactOptional(),
    health: z.strictObject({
      path: z.string().exactOptional(),
      status: z.int(),
      command: z.string().exactOptional(),
      interval: z.number(),
      deadline: z.number(),
      settle: z.number(),
    }),
    exclusive: z.boolean(),
    stopSeconds: z.number(),
    apart: z.boolean(),
    limited: z.boolean(),
  }),
);

/**
 * The programs that an application runs on a host.
 *
 * @param cpus how many processors the host has
 */
export function programsOf(
  application: Pick<Application, 'name' | 'home' | 'processes'>,
  cpus: number,
): readonly Program[] {
  return application.processes.flatMap((process) => {
    const count = process.instances === 'cpus' ? Math.min(cpus, MOST_BY_CPUS) : process.instances;
    // Even one of many: whether a host has two processors must not change a name.
    return process.instances === 1
      ? [programOf(application, process)]
      : Array.from({ length: count }, (_, at) => programOf(application, process, at + 1));
  });
}

/** The most instances of a process that has one for each processor. */
const MOST_BY_CPUS = 64;

function programOf(
  application: Pick<Application, 'name' | 'home'>,
  process: Process,
  instance?: number,
): Program {
  const { name, fastcgi, health, stopSeconds, overlap = false } = process;
  const addresses = addressesOf(application, process, instance);
  return {
    name: instance === undefined ? name : `${name}.${String(instance)}`,
    process: name,
    ...(instance !== undefined && { instance }),
    ...(addresses && { addresses }),
    ...(fastcgi && { fastcgi }),
    ...{ health, stopSeconds },
    exclusive: !addresses && !overlap,
    apart: process.logs.streams === 'apart',
    limited: process.memoryLimit !== undefined,
  };
}

function addressesOf(
  application: Pick<Application, 'name' | 'home'>,
  process: Process,
  instance?: number,
): Program['addresses'] {
  const blue = listenAddress(application, process, 'blue', instance);
  const green = listenAddress(application, process, 'green', instance);
  return blue === undefined || green === undefined ? undefined : [blue, green];
}

/** Where a program listens in a colour; undefined: it is a worker. */
export function addressIn(
  { addresses }: Pick<Program, 'addresses'>,
  colour: Colour,
): ListenAddress | undefined {
  return addresses?.[colour === 'blue' ? 0 : 1];
}

/** Two programs that would listen at one place. */
export interface Clash {
  readonly address: ListenAddress;
  readonly names: readonly [string, string];
}

/**
 * The first program of a release that would listen where one of the live release does, in the colour
 * that is free.
 */
export function findClashWithLive(
  programs: readonly Program[],
  live: readonly Program[],
  liveColour: Colour | undefined,
): Clash | undefined {
  if (liveColour === undefined) return undefined;
  const free = liveColour === 'blue' ? 'green' : 'blue';
  const owners = new Map(live.map((one) => [addressIn(one, liveColour), one.name]));
  for (const program of programs) {
    const address = addressIn(program, free);
    const owner = address === undefined ? undefined : owners.get(address);
    if (address !== undefined && owner !== undefined) {
      return { address, names: [owner, program.name] };
    }
  }
  return undefined;
}

/** The first two programs that would listen at one place, if there are any. */
export function findClash(programs: readonly Program[]): Clash | undefined {
  const owners = new Map<ListenAddress, string>();
  for (const { name, addresses = [] } of programs) {
    for (const one of addresses) {
      const owner = owners.get(one);
      if (owner !== undefined) return { address: one, names: [owner, name] };
      owners.set(one, name);
    }
  }
  return undefined;
}
