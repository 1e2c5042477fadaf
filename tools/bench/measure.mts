import { describeFailure } from '@fairness-deploy/shell/text';
import { load } from '../lab/machine.mjs';
import { type Lab } from './lab.mjs';
import { spread, type Spread } from './statistics.mjs';

/** Milliseconds after which a measure isn't repeated any more. */
const REPEAT_LIMIT_MILLISECONDS = 20_000;

/** The cost of one run: milliseconds, bytes of memory and of traffic. */
export interface Sample {
  readonly milliseconds: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly roundTrips?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  /** Of all hosts. */
  readonly steps?: readonly { readonly name: string; readonly milliseconds: number }[];
}

export interface RunContext {
  readonly signal: AbortSignal;
  /** Whether this is the run that doesn't count. */
  readonly first: boolean;
}

/** A measure that runs many times. */
export interface RepeatedMeasure {
  readonly name: string;
  readonly runs: number;
  /** Whether there is no first run that doesn't count. */
  readonly slow?: boolean;
  /** Runs before each run and isn't measured. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  readonly run: (lab: Lab, context: RunContext) => Promise<Sample>;
}

/** Measured once, while a host is set up. */
export interface SetUpMeasure {
  readonly name: string;
  readonly once: (lab: Lab) => Promise<Sample>;
}

export type Measure = RepeatedMeasure | SetUpMeasure;

/** Times in milliseconds, memory and traffic in bytes. */
export interface Figures {
  readonly name: string;
  readonly error?: undefined;
  readonly runs: number;
  readonly load: number;
  readonly time: Spread;
  readonly cpu: Spread | undefined;
  readonly memory: number | undefined;
  readonly roundTrips: number | undefined;
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly samples: readonly Sample[];
}

/** Why there are no figures. */
export interface NotMeasured {
  readonly name: string;
  readonly error: string;
}

export type Result = Figures | NotMeasured;

/**
 * Runs a measure as often as it should be, as a rule after a run that doesn't count.
 *
 * @param runs instead of the measure's own number.
 */
export async function measure(
  each: Measure,
  lab: Lab,
  signal: AbortSignal,
  runs?: number,
): Promise<Result> {
  const { name } = each;
  try {
    const samples =
      'once' in each ? [await each.once(lab)] : await repeat(each, lab, signal, runs ?? each.runs);
    return figures(name, samples);
  } catch (error) {
    signal.throwIfAborted();
    return { name, error: describeFailure(error) };
  }
}

async function repeat(
  { slow, prepare, run }: RepeatedMeasure,
  lab: Lab,
  signal: AbortSignal,
  runs: number,
): Promise<readonly Sample[]> {
  const take = async (first: boolean): Promise<Sample> => {
    await prepare?.(lab);
    return run(lab, { signal, first });
  };
  if (!slow) await take(true);
  const since = performance.now();
  const samples: Sample[] = [];
  while (
    samples.length < runs &&
    (samples.length < 2 || performance.now() - since < REPEAT_LIMIT_MILLISECONDS)
  ) {
    samples.push(await take(false));
  }
  return samples;
}

function figures(name: string, samples: readonly Sample[]): Figures {
  const of = (key: Exclude<keyof Sample, 'steps'>): Spread | undefined =>
    spread(samples.flatMap((sample) => sample[key] ?? []));
  const time = of('milliseconds');
  if (!time) throw new Error('it was not run');
  return {
    name,
    runs: samples.length,
    load: load(),
    time,
    cpu: of('cpu'),
    memory: of('memory')?.max,
    roundTrips: of('roundTrips')?.max,
    bytesSent: of('bytesSent')?.max,
    bytesReceived: of('bytesReceived')?.max,
    samples,
  };
}
