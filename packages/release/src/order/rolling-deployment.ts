import type { ReleaseStep } from './release-step.js';
import { sh } from '@fairness-deploy/shell';

/** A place in a deployment at which hosts wait for each other. */
type WaitingPoint = 'built' | 'turn' | 'confirmed' | 'handed over';

/**
 * Deploys a release to several hosts, as one: all build side by side; the first one migrates; then
 * the hosts go live in batches, each when the one before has passed its checks; only when all have,
 * workers that must not overlap are replaced, and then the previous releases are stopped. A host that fails stops all the others, and each undoes
 * its steps: hosts that had switched already switch back at once, as their previous release still
 * runs.
 *
 * Each host's job waits for its client's word at two steps, at one more where it migrates and where
 * any host replaces workers; this is the client's side.
 */
export class RollingDeployment {
  readonly #hosts: readonly string[];
  readonly #batch: number;
  readonly #migrating: readonly string[];
  readonly #handsOver: boolean;
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
   * @param about.migrating those that have steps in the phase `migrate`
   * @param about.handsOver whether any of them has steps in the phase `handover`
   */
  constructor(
    hosts: readonly string[],
    batch: number,
    about: { readonly migrating: readonly string[]; readonly handsOver: boolean },
  ) {
    this.#migrating = hosts.filter((host) => about.migrating.includes(host));
    this.#handsOver = about.handsOver;
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
      ...(this.#handsOver
        ? [
            this.#step(host, 'handed over', 'handover', 'wait until all workers are well', () =>
              this.#hosts.every((one) => this.#is(one, 'handed over')),
            ),
          ]
        : []),
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
      place: phase === 'confirm' || phase === 'handover' ? 'after-all' : 'before-all',
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
    const order: readonly WaitingPoint[] = ['built', 'turn', 'confirmed', 'handed over'];
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
