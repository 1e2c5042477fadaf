import type { Application } from '../inventory/environment.js';
import { STATE } from '../state-folder.js';
import type { Colour } from './colour.js';

/**
 * Where an application's things are on a host, as far as several plugins have to agree on it;
 * absolute paths. All of it is root's, but for what the application's user has to write: what
 * it could replace by a link would lead root's hand elsewhere.
 */
export interface Layout {
  readonly home: string;
  /** Root's; a folder for each {@link Colour}: see {@link colourFolder}. */
  readonly colours: string;
  /** The link to the colour that gets the traffic. Moving it is all that a switch consists of. */
  readonly live: string;
  /** The link to the release that gets the traffic, for people: it leads through `live`, and never changes. */
  readonly current: string;
  /** Root's; the folders in it, by the releases' ids, are the application's. */
  readonly releases: string;
  readonly shared: string;
  /** What each release is started with: see {@link environmentPath} and {@link startPath}. The application's alone. */
  readonly environments: string;
  /** The HOME of whatever runs as the application's user, as the home itself is root's. The application's. */
  readonly userHome: string;
  /**
   * While this file is there, a maintenance page is shown instead of the application, and no
   * request reaches it. It says since when and who wanted it, on a line. Root's; a reboot or a
   * deployment leaves it as it is.
   */
  readonly maintenance: string;
  /** What its processes print: see {@link processLog}. */
  readonly logs: string;
  /** The Unix sockets on which processes listen. The application's; nginx's group may pass. */
  readonly sockets: string;
  /** Its user and its home on this host, on a line: neither may change while a release is live. Root's. */
  readonly record: string;
}

export function layoutOf({ name, home }: Pick<Application, 'name' | 'home'>): Layout {
  const shared = `${home}/shared`;
  return {
    home,
    colours: `${home}/colours`,
    live: `${home}/live`,
    current: `${home}/current`,
    releases: `${home}/releases`,
    shared,
    environments: `${shared}/env`,
    userHome: `${shared}/home`,
    maintenance: `${home}/maintenance`,
    logs: `/var/log/${name}`,
    sockets: `${home}/sockets`,
    record: `${STATE}/applications/${name}`,
  };
}

/** The variables that all processes of a release have: lines `NAME='value'` for sh. */
export function environmentPath({ environments }: Layout, releaseId: string): string {
  return `${environments}/${releaseId}`;
}

/**
 * How a process of a release is started: sh reads it by `.`, in whatever folder and with the
 * colour in `FD_COLOUR`, and becomes the process. The release brings it and nothing else changes it, so that a release of the
 * past starts as it was made.
 */
export function startPath({ environments }: Layout, releaseId: string, process: string): string {
  return `${environments}/${releaseId}.${process}`;
}

/**
 * Where a process's output is kept, by the colour that it runs in. Whoever runs processes
 * writes it there, and whoever has to tell why one doesn't come up finds it.
 */
export function processLog({ logs }: Layout, process: string, colour: Colour): string {
  return `${logs}/${process}-${colour}.log`;
}
