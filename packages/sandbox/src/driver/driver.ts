import type { DebianRelease } from '../machine/registries.js';
import type { Report } from '../system/report.js';
import type { HostKey } from './host-id.js';
import type { DriverName, ListedHost, SandboxHost, StartOptions } from './sandbox-host.js';

/** Runs hosts on this machine. Both drivers keep one contract: drivers.host.spec.ts. */
export interface Driver {
  readonly name: DriverName;
  /** Why it can't run hosts here, a line each; empty: it can, after {@link prepare}. Changes nothing. */
  problems(): Promise<readonly string[]>;
  /** What to install on a machine that has {@link problems}, for people. */
  readonly needs: string;
  /** What it is on this machine, such as `Podman 5.4.2`. */
  describe(): Promise<string>;
  /**
   * Installs what it needs on this machine, as far as it can.
   * @throws HintedError when something is missing that it can't install.
   */
  prepare(report: Report): Promise<void>;
  /**
   * Makes the base that hosts of a release start from, unless it is there.
   * @throws HintedError when that fails.
   */
  makeBase(release: DebianRelease, report: Report): Promise<void>;
  /**
   * Starts a host and resolves when ssh answers. A running host is returned as it is; one that was
   * powered off boots with its disk.
   * @throws HintedError when something is missing, or it doesn't boot.
   */
  start(options: StartOptions): Promise<SandboxHost>;
  /** Removes a host and everything of it; does nothing when there is no such host. */
  stop(key: HostKey): Promise<void>;
  /** The host, whether it runs or not; undefined when there is none. */
  find(key: HostKey): Promise<ListedHost | undefined>;
  /** All of its hosts on this machine that this user may see, of every workspace. */
  list(): Promise<readonly ListedHost[]>;
  /**
   * Cuts a host's power: all its processes end at once, its disk stays as it is.
   * @throws HintedError when there is no such host.
   */
  powerOff(key: HostKey): Promise<void>;
  /**
   * Boots a host that is off with its disk; a running one is left alone.
   * @throws HintedError when there is no such host, or it doesn't boot.
   */
  powerOn(key: HostKey): Promise<SandboxHost>;
}
