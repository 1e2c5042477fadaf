import type { ReleaseStep } from './release-step.js';
import { sh } from '@fairness-deploy/shell';

/** A place in a deployment at which hosts wait for each other. */
type WaitingPoint = 'built' | 'turn' | 'confirmed';

/**
 * Deploys a release to several hosts, as one: all build side by side; the first one migrates; then
 * the hosts go live in batches, each when the one before has passed its checks; and only when all
 * have, the previous releases are stopped. A host that fails stops all the others, and each undoes
 * its steps: hosts that had switched already switch back at once, as their previous release still
 * runs.
 *
 * Each host's job waits for its client's word at two steps, that of the host that migrates at one
 * more; this is the client's side.
 */
export class RollingDeployment {
  readonly #hosts: readonly string[];
  readonly #batch: number;
  readonly #migrating: readonly string[];
  readonly #arrived = new Map<string, WaitingPoint>();
  readonly #waiting: {
    readonly when: () => boolean;
    readonly go: () => void;
    readonly stop: (error: Error) => void;
  }[] = [];
  #failure: Error | undefined;

  /**
   * @param hosts the names of those that are deployed to, in their order
   * @param batch how many go live at a time, at least 1
   * @param migrating those that have steps in the phase `migrate`
   */
  constructor(hosts: readonly string[], batch: number, migrating: readonly string[]) {
    this.#migrating = hosts.filter((host) => migrating.includes(host));
    this.#hosts = hosts;
    this.#batch = batch;
  }

  /** The steps at which a host waits for the others. */
  steps(host: string): readonly ReleaseStep[] {
    return [
      ...(this.#migrating.includes(host)
        ? [
            this.#step(host, 'built', 'migrate', 'wait until all hosts have built', () =>
              this.#others(host).every((other) => this.#is(other, this.#neededOf(other, host))),
            ),
          ]
        : []),
      this.#step(host, 'turn', 'start', 'wait for its turn', () => this.#isTurnOf(host)),
      this.#step(host, 'confirmed', 'confirm', 'wait until all hosts are well', () =>
        this.#hosts.every((one) => this.#is(one, 'confirmed')),
      ),
    ];
  }

  /**
   * A host's deployment has failed, or can't be followed any more: the others must not continue.
   */
  failed(host: string): void {
    this.#failure ??= new Error(`the deployment to ${host} failed`);
    this.#look();
  }

  #step(
    host: string,
    point: WaitingPoint,
    phase: ReleaseStep['phase'],
    name: string,
    when: () => boolean,
  ): ReleaseStep {
    return {
      phase,
      name,
      place: point === 'confirmed' ? 'after-all' : 'before-all',
      run: sh`:`,
      onClient: () =>
        new Promise((go, stop) => {
          this.#arrived.set(host, point);
          this.#waiting.push({ when, go, stop });
          this.#look();
        }),
    };
  }

  /** In batches: all of the batches before must be well, and all hosts must have got this far. */
  #isTurnOf(host: string): boolean {
    const before = Math.floor(this.#hosts.indexOf(host) / this.#batch) * this.#batch;
    return this.#hosts.every((one, at) => this.#is(one, at < before ? 'confirmed' : 'turn'));
  }

  /** Hosts migrate one after the other; one that migrates later waits at the same point. */
  #neededOf(other: string, host: string): WaitingPoint {
    return this.#migrating.indexOf(other) > this.#migrating.indexOf(host) ? 'built' : 'turn';
  }

  #others(host: string): readonly string[] {
    return this.#hosts.filter((one) => one !== host);
  }

  #is(host: string, point: WaitingPoint): boolean {
    const order: readonly WaitingPoint[] = ['built', 'turn', 'confirmed'];
    const arrived = this.#arrived.get(host);
    return arrived !== undefined && order.indexOf(arrived) >= order.indexOf(point);
  }

  #look(): void {
    for (const each of this.#waiting.splice(0)) {
      if (this.#failure) each.stop(this.#failure);
      else if (each.when()) each.go();
      else this.#waiting.push(each);
    }
  }
}
