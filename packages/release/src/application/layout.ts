import { type Application } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';

/**
 * The paths of an application's things on a host, absolute. All of it is root's, except the folders
 * that the application's user has to write: a path that this user could replace by a link would
 * lead root elsewhere.
 */
export interface Layout {
  readonly home: string;
  /** Root's; a folder for each {@link Colour}: see {@link colourFolder}. */
  readonly colours: string;
  /** The link to the colour that gets the traffic. A switch only moves it. */
  readonly live: string;
  /**
   * The link to the colour whose exclusive workers run: it moves between the end of the previous
   * release's and the start of the next one's.
   */
  readonly workers: string;
  /** The link to the live release, for people: it leads through `live`, and never changes. */
  readonly current: string;
  /** Root's; the folders in it, by the releases' ids, are the application's. */
  readonly releases: string;
  readonly shared: string;
  /**
   * The files with which each release starts: see {@link variablesPath}, {@link startPath} and
   * {@link commandPath}. The application's alone.
   */
  readonly variables: string;
  /**
   * What each release has for the programs that run it, such as `<id>/supervisor-blue.conf`:
   * see ReleaseExtension.files. Root's alone.
   */
  readonly configuration: string;
  /**
   * The HOME of all processes of the application's user, as the home itself is root's. The
   * application's.
   */
  readonly userHome: string;
  /** The output of its processes: see {@link processLog}. */
  readonly logs: string;
  /** The Unix sockets on which processes listen. The application's; nginx's group may pass. */
  readonly sockets: string;
  /**
   * Its user and its home on this host, on a line: neither may change while a release is live.
   * Root's.
   */
  readonly record: string;
  /** The bare repository, the application's. */
  readonly repository: string;
  /** The application's. */
  readonly npmCache: string;
  /** The folders that outlive releases, by their paths in a release. The application's. */
  readonly sharedFolders: string;
  /** Dependencies as installed, by their key. Root's. */
  readonly dependencies: string;
  /** One line of JSON for each deployment. Root's alone. */
  readonly history: string;
  /** The deployment that runs, or was interrupted. Root's alone. */
  readonly pending: string;
  /** Lines of JSON for each task. Root's alone. */
  readonly tasks: string;
  /** The lock between tasks that begin and the removal of releases. Root's alone. */
  readonly tasksLock: string;
}

export function layoutOf({ name, home }: Pick<Application, 'name' | 'home'>): Layout {
  const shared = `${home}/shared`;
  return {
    home,
    colours: `${home}/colours`,
    live: `${home}/live`,
    workers: `${home}/workers`,
    current: `${home}/current`,
    releases: `${home}/releases`,
    shared,
    variables: `${shared}/env`,
    configuration: `${shared}/configuration`,
    userHome: `${shared}/home`,
    logs: `/var/log/${name}`,
    sockets: `${home}/sockets`,
    record: `${STATE}/applications/${name}`,
    repository: `${home}/repo.git`,
    npmCache: `${shared}/npm-cache`,
    sharedFolders: `${shared}/folders`,
    dependencies: `${shared}/dependencies`,
    history: `${shared}/history.jsonl`,
    pending: `${shared}/deploying`,
    tasks: `${shared}/tasks.jsonl`,
    tasksLock: `${shared}/tasks.lock`,
  };
}

/** The variables that all processes of a release have: lines `NAME='value'` for sh. */
export function variablesPath({ variables }: Layout, releaseId: string): string {
  return `${variables}/${releaseId}`;
}

/**
 * How a program of a release is started: `sh <file> <colour>` becomes the program, and `sh <file>
 * <colour> check` runs the command of its health check. The file belongs to the release and nothing
 * else changes it, so that an earlier release starts as it was made.
 */
export function startPath({ variables }: Layout, releaseId: string, program: string): string {
  return `${variables}/${releaseId}.${program}`;
}

/** The end of the names of {@link commandPath}. No program has such a name. */
export const COMMAND_SUFFIX = '.command.sh';

/**
 * How a command of a release is run: `sh <file> <folder> <command> [word…]` becomes the command: see
 * commandFile(). It belongs to the release, as {@link startPath} does.
 */
export function commandPath({ variables }: Pick<Layout, 'variables'>, releaseId: string): string {
  return `${variables}/${releaseId}${COMMAND_SUFFIX}`;
}

/** The lock that an exclusive worker holds while it runs: see startFile(). The application's. */
export function workerLockPath({ variables }: Layout, program: string): string {
  return `${variables}/.${program}.lock`;
}
