/** A release on a host, as the plugins that start it see it. */
export interface Release {
  /** Its folder's name, such as `20261123-101502-3f2a1bc`. */
  readonly id: string;
  readonly commit: string;
  /** Absolute path of the release's folder on the host. */
  readonly path: string;
  /**
   * Absolute path of what all its processes have in their environment, for what else runs for
   * the release: lines `NAME='value'` for sh. Only the application's user may read it.
   */
  readonly environmentFile: string;
}
