/** What to do on a machine where no driver works. */
import type { DriverName } from './sandbox-host.js';

/** A driver that can't run hosts here. */
export interface TriedDriver {
  readonly name: DriverName;
  readonly needs: string;
  /** See {@link Driver.problems}. */
  readonly problems: readonly string[];
}

/** Podman's and nspawn's own words. */
const NO_ID_MAPS = /newuidmap|newgidmap/;
const NOT_ROOT = /^You are not root$/;
const NOT_INSTALLED = ' is not installed';
/** A warning of an engine: `time="…" level=warning msg=…`, `WARN[0000] …`, `WARNING: …`. */
const WARNING = /^(?:time="[^"]*" level=warning |WARN(?:ING)?\b)/;

/** Why a driver can't, for people: without an engine's warnings, which are not the reason. */
export function describeTried({ name, needs, problems }: TriedDriver): string {
  return `${name} (needs ${needs}): ${problems.map(withoutWarnings).join('; ')}`;
}

/** A problem without the lines that are an engine's warnings. */
function withoutWarnings(problem: string): string {
  // The first warning may stand behind `Cannot run "podman info": `.
  const [first = '', ...others] = problem.split('\n');
  const [, intro = '', said = first] = /^(Cannot run "[^"]*": )(.*)$/.exec(first) ?? [];
  const lines = [said, ...others].filter((line) => !WARNING.test(line));
  return lines.length === 0 ? problem : `${intro}${lines.join('\n')}`;
}

/** What to do, a line for each way, the best first. */
export function driverHint(tried: readonly TriedDriver[]): string {
  const problemsOf = (driver: DriverName): readonly string[] | undefined =>
    tried.find(({ name }) => name === driver)?.problems;
  const nspawn = problemsOf('nspawn');
  const engines = problemsOf('container');
  const lacksRootOnly = nspawn?.every((problem) => NOT_ROOT.test(problem)) ?? false;
  const failing = engines?.filter((problem) => !problem.endsWith(NOT_INSTALLED)) ?? [];
  const ways = [
    ...(failing.some((problem) => NO_ID_MAPS.test(problem))
      ? ['install what Podman lacks without root, on Debian: sudo apt-get install -y uidmap']
      : failing.length > 0
        ? ['correct what the engine says']
        : []),
    ...(lacksRootOnly ? ['run the command as root, with sudo: then nspawn works'] : []),
    ...(engines === undefined ? ['take containers, which need no root: --driver=container'] : []),
    ...(engines !== undefined && failing.length === 0
      ? ['install Podman (https://podman.io) or Docker']
      : []),
    ...(engines === undefined ? [] : ['use an environment with real hosts']),
  ];
  return ways
    .map((way, at) => (at === 0 ? `${way.slice(0, 1).toUpperCase()}${way.slice(1)}` : `or ${way}`))
    .join('\n');
}
