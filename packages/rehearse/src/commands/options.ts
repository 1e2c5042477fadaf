import type { CommonOptions, LocalCommand } from '@fairness-deploy/core/commands';
import type { DebianRelease } from '../hosts/stage-driver.js';
import type { WantedStageDriver } from '../hosts/stage-hosts.js';

/** Options of `rehearse`. */
export interface RehearseOptions extends CommonOptions {
  /** Who runs the disposable hosts. */
  readonly driver?: WantedStageDriver;
  /** The release of Debian of the disposable hosts. */
  readonly release?: DebianRelease;
  /** Deploys the live release of the real hosts (true) first, or another one of their history, and then the new one. */
  readonly fromRelease?: string | boolean;
  /** A dump on this machine that is restored before the deployment. */
  readonly dump?: string;
  /** Uses the real secrets instead of stand-ins. */
  readonly withSecrets?: boolean;
  /** Approves `withSecrets` without a question. */
  readonly yes?: boolean;
  /** Keeps the hosts. */
  readonly keep?: boolean;
  /** Removes kept hosts, and does nothing else. */
  readonly remove?: boolean;
}

export const REHEARSE: LocalCommand<RehearseOptions> = {
  name: 'rehearse',
  // `fromRelease` reads the history of the real hosts, and `history` needs no secrets either.
  withoutSecrets: true,
  interrupted: () => 'The hosts of the rehearsal are being removed',
  load: async () => (await import('./rehearse.js')).rehearse,
};
