/**
 * What a command's `--json` output tells of its cost: traffic of all hosts together, of the
 * host with the most round trips, and how the hosts ended.
 */
export function readEvents(stdout) {
  // Nx prints lines of its own around ours.
  const events = stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []));
  const ends = events.filter(({ type }) => type === 'host-ended');
  const total = (key) => ends.reduce((sum, { traffic }) => sum + (traffic?.[key] ?? 0), 0);
  return {
    outcomes: [...new Set(ends.map(({ outcome }) => outcome))],
    summaries: [...new Set(ends.map(({ summary }) => summary))],
    failures: events.filter(({ type }) => type === 'failure').map(({ message }) => message),
    steps: events.filter(({ type }) => type === 'step-ended').length,
    roundTrips: Math.max(0, ...ends.map(({ traffic }) => traffic?.roundTrips ?? 0)),
    bytesSent: total('bytesSent'),
    bytesReceived: total('bytesReceived'),
  };
}
