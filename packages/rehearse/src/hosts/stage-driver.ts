import type { DebianRelease } from '@fairness-deploy/sandbox';
import type { Rehearsed } from '../state/state-folder.js';

export type { DebianRelease };

/** Says what happens, for people. */
export type Report = (text: string) => void;

/** A disposable host that runs. */
export interface RunningHost {
  /** How this machine reaches it: root logs in with the key, whose public half is beside it. */
  readonly login: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly identityFile: string;
    readonly knownHostsFile: string;
    /** The ports of this machine that lead to the host's, where they are not the host's own. */
    readonly publishedPorts: Readonly<Record<number, number>>;
  };
  /** The IP address by which the other hosts reach it. */
  readonly address: string;
  /** The only mirror of Node.js that it reaches; undefined: it reaches all. */
  readonly nodeMirror?: string;
}

/** What a disposable host is like. */
export interface HostShape {
  readonly release?: DebianRelease;
  /** The most bytes of memory. */
  readonly memory?: number;
}

/** A disposable host that is wanted, by the name of the environment's host. */
export interface WantedHost extends HostShape {
  readonly name: string;
}

/** Runs the disposable hosts of rehearsals: the sandbox, or Vagrant. */
export interface StageDriver {
  /**
   * Starts hosts, which must not be there, side by side.
   *
   * @returns them in the same order.
   * @throws Error when one does not boot; all others have started, or failed, by then.
   */
  start(
    of: Rehearsed,
    hosts: readonly WantedHost[],
    report: Report,
  ): Promise<readonly RunningHost[]>;
  /** Whether a rehearsal has hosts of this driver, running or not. */
  has(of: Rehearsed): Promise<boolean>;
  /**
   * Removes all hosts of a rehearsal, whatever its environment says now.
   *
   * @throws Error when one can't be removed; the others are removed.
   */
  remove(of: Rehearsed): Promise<void>;
}
