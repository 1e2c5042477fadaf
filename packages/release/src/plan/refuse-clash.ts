import { HintedError } from '@fairness-deploy/shell/text';
import { findClash, findClashWithLive, type Program } from '../application/program.js';
import { livePrograms, type HostState } from '../host/state.js';

/**
 * Refuses a release that would listen where another program of it does, or the live release.
 *
 * @param what the beginning of the message: `Cannot deploy to web`
 * @throws HintedError that names both programs.
 */
export function refuseClash(what: string, programs: readonly Program[], state: HostState): void {
  const own = findClash(programs);
  if (own) {
    const [one, other] = own.names;
    throw new HintedError(
      `${what}: with the ${String(state.cpus)} processors of the host, ${one} and ${other} would both listen on ${String(own.address)}`,
      { hint: 'give one of them ports further away: port: …, alternatePort: …' },
    );
  }
  const clash = findClashWithLive(programs, livePrograms(state), state.live);
  if (!clash) return;
  const [live, name] = clash.names;
  throw new HintedError(
    `${what}: ${name} would listen on ${String(clash.address)}, where ${live} of the live release listens`,
    { hint: `give ${name} another port, or another alternatePort` },
  );
}
