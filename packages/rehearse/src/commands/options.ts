import type { CommonOptions, LocalCommand } from '@fairness-deploy/core/commands';
import type { DebianRelease } from '../hosts/stage-driver.js';
import type { WantedStageDriver } from '../hosts/stage-hosts.js';

/** Options of `rehearse`. */
export interface RehearseOptions extends CommonOptions {
  /** Who runs the disposable hosts. */
  readonly driver?: WantedStageDriver;
  /** The release of Debian of the disposable hosts. */
  readonly release?: DebianRelease;
  /** First the release that is live on the real hosts (true), or one of their history, then the new one. */
  readonly fromRelease?: string | boolean;
  /** A dump on this machine that the database begins with. */
  readonly dump?: string;
  /** The real secrets instead of stand-ins. */
  readonly withSecrets?: boolean;
  /** Answers the question of `withSecrets`. */
  readonly yes?: boolean;
  /** The hosts stay. */
  readonly keep?: boolean;
  /** Removes kept hosts, and does nothing else. */
  readonly remove?: boolean;
}

export const REHEARSE: LocalCommand<RehearseOptions> = {
  name: 'rehearse',
  // For the real hosts, of which it reads the history: as `history` does.
  withoutSecrets: true,
  interrupted: () => 'The hosts of the rehearsal are being removed',
  load: async () => (await import('./rehearse.js')).rehearse,
};
