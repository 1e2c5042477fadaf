/** The containers that an engine has. */
import { z } from '@fairness-deploy/core';
import { failureOf } from '@fairness-deploy/shell/text';
import { ask, askFor, type EngineName } from './ask.js';

/** Of `inspect`, the parts that Podman and Docker have in common. */
const inspected = z.object({
  Name: z.string(),
  State: z.object({ Running: z.boolean() }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })).nullish(),
  }),
});

export interface Container {
  readonly name: string;
  readonly running: boolean;
  /** Its address in the network of the hosts; empty while it doesn't run. */
  readonly address: string;
  /** Anybody's: images have labels, too. */
  readonly labels: Readonly<Record<string, string>>;
}

function toContainer({
  Name,
  State,
  Config,
  NetworkSettings,
}: z.output<typeof inspected>): Container {
  const addresses = Object.values(NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
  return {
    // Docker's begins with a slash.
    name: Name.replace(/^\//, ''),
    running: State.Running,
    address: addresses.find((one) => one !== '') ?? '',
    labels: Config.Labels ?? {},
  };
}

/**
 * @param name its name or id
 * @returns undefined when the engine says that it has no such container.
 * @throws HintedError when it doesn't answer, or fails in another way.
 */
export async function inspectContainer(
  program: EngineName,
  name: string,
): Promise<Container | undefined> {
  try {
    const [found] = await askFor(z.tuple([inspected]), program, ['container', 'inspect', name]);
    return toContainer(found);
  } catch (error) {
    // Podman and Docker both say so.
    if (/no such container/i.test(failureOf(error).message)) return undefined;
    throw error;
  }
}

/**
 * The containers with a label. Those that are removed meanwhile are left out.
 * @param seconds how long the engine may take for the list
 * @throws HintedError as inspectContainer() does.
 */
export async function containersWith(
  program: EngineName,
  label: string,
  seconds: number,
): Promise<readonly Container[]> {
  const list = await ask(
    program,
    ['ps', '--all', '--quiet', '--filter', `label=${label}`],
    seconds,
  );
  const ids = list.split(/\s+/).filter((id) => id !== '');
  const found = await Promise.all(ids.map((id) => inspectContainer(program, id)));
  return found.filter((one) => one !== undefined);
}
