import { parseEvent } from '../lab/event.mjs';

/**
 * The cost of a command, from its `--json` output: traffic of all hosts together, of the
 * host with the most round trips, and how the hosts ended.
 */
export function readEvents(stdout: string) {
  const events = stdout.split('\n').flatMap((line) => parseEvent(line) ?? []);
  const ends = events.filter((event) => event.type === 'host-ended');
  const costs = ends.map(({ traffic }) => traffic ?? NOTHING);
  return {
    outcomes: [...new Set(ends.map(({ outcome }) => outcome))],
    summaries: [...new Set(ends.map(({ summary }) => summary))],
    failures: events.flatMap((event) => (event.type === 'failure' ? [event.message] : [])),
    steps: events.flatMap((event) => (event.type === 'step-ended' ? [event] : [])),
    roundTrips: Math.max(0, ...costs.map(({ roundTrips }) => roundTrips)),
    bytesSent: costs.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    bytesReceived: costs.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0),
  };
}

/** Of a host that could not be reached. */
const NOTHING = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
