import { load } from '../lab/machine.mjs';
import { spread } from './statistics.mjs';

/** Milliseconds after which a measure isn't repeated any more. */
const ENOUGH = 20_000;

/**
 * Runs a measure as often as it should be, as a rule after a run that doesn't count.
 *
 * @returns its figures, or why there are none.
 */
export async function measure({ name, runs, slow, prepare, run, once }, lab, signal) {
  try {
    if (once) return figures(name, [await once(lab)]);
    const take = async (first) => {
      await prepare?.(lab);
      return run(lab, { signal, first });
    };
    if (!slow) await take(true);
    const since = performance.now();
    const samples = [];
    while (samples.length < runs && (samples.length < 2 || performance.now() - since < ENOUGH)) {
      samples.push(await take(false));
    }
    return figures(name, samples);
  } catch (error) {
    signal.throwIfAborted();
    return { name, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Times in milliseconds, memory and traffic in bytes. */
function figures(name, samples) {
  const most = (key) => spread(samples.flatMap((sample) => sample[key] ?? []))?.max;
  return {
    name,
    runs: samples.length,
    load: load(),
    time: spread(samples.map(({ milliseconds }) => milliseconds)),
    cpu: spread(samples.flatMap(({ cpu }) => cpu ?? [])),
    memory: most('memory'),
    roundTrips: most('roundTrips'),
    bytesSent: most('bytesSent'),
    bytesReceived: most('bytesReceived'),
    samples,
  };
}
