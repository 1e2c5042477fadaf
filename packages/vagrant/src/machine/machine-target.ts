import { HostGoneError, type Environment, type Host } from '@fairness-deploy/core';
import { excerpt, HintedError } from '@fairness-deploy/shell/text';
import type { VagrantPlace } from '../program/start-vagrant.js';
import { askVagrant } from '../program/vagrant.js';
import { folderOf, machineOf, sectionOf } from '../section/section.js';
import { pinsOf, type MachinePins } from './machine-pins.js';
import { parseSshConfig, type MachineAddress } from './ssh-config.js';
import { parseError, parseStatus } from './status.js';

/** A command asks for a host several times, and Vagrant takes seconds. A tunnel stays for hours. */
const FRESH_SECONDS = 60;

const answers = new Map<
  string,
  { readonly since: number; readonly answer: Promise<MachineTarget> }
>();

interface MachineTarget extends MachineAddress, MachinePins {
  readonly insecureKeys: 'allowed';
}

/**
 * How to reach a host, as Vagrant says. It starts nothing.
 *
 * @throws HintedError when its VM is not running, Vagrant is not installed, or gives no way to it.
 */
export function machineTarget(host: Host, environment: Environment): Promise<MachineTarget> {
  const place = { folder: folderOf(environment), environment: environment.name };
  const machine = machineOf(sectionOf(environment), host.name);
  const key = JSON.stringify([place.folder, machine]);
  const known = answers.get(key);
  if (known && performance.now() - known.since < FRESH_SECONDS * 1000) return known.answer;
  const answer = ask(place, host.name, machine);
  answers.set(key, { since: performance.now(), answer });
  // A failure is not kept: the VM may be up at the next try.
  answer.catch(() => answers.delete(key));
  return answer;
}

/** Forgets what Vagrant said, after a command that changes it. */
export function forgetTargets(): void {
  answers.clear();
}

async function ask(place: VagrantPlace, host: string, machine: string): Promise<MachineTarget> {
  const { status, stdout, stderr } = await askVagrant(place, ['ssh-config', machine]);
  if (status !== 0) throw await noWay(place, host, machine, stderr);
  return {
    ...parseSshConfig(stdout, machine),
    ...pinsOf(place.folder, machine),
    insecureKeys: 'allowed',
  };
}

/** Why there is no way to a machine. */
async function noWay(
  place: VagrantPlace,
  host: string,
  machine: string,
  said: string,
): Promise<HintedError> {
  const { stdout } = await askVagrant(place, ['status', machine, '--machine-readable']);
  const found = parseStatus(stdout).find((one) => one.machine === machine);
  const { environment } = place;
  if (!found) {
    const why = parseError(stdout) ?? excerpt(said);
    return new HintedError(`Cannot reach host "${host}": Vagrant fails: ${why}`, {
      hint: `see what Vagrant knows: npx nx run ${environment}:vagrant -- status`,
    });
  }
  if (found.state !== 'running') {
    // The only state of which all providers have the same name.
    const ItsError = found.state === 'not_created' ? HostGoneError : HintedError;
    return new ItsError(`Cannot reach host "${host}": its VM is not up (${found.text})`, {
      hint: `npx nx run ${environment}:up`,
    });
  }
  return new HintedError(`Cannot reach host "${host}": its VM runs, but SSH is not ready there`, {
    hint: `wait for its boot, or start it again: npx nx run ${environment}:reload`,
  });
}
