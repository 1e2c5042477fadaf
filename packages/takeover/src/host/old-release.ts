import type { Application } from '@fairness-deploy/core';
import { upstreams } from '@fairness-deploy/nginx';
import {
  colourFolder,
  enterReleases,
  layoutOf,
  programsLines,
  programsName,
  type Program,
} from '@fairness-deploy/release';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { OLD_RELEASE, placesOf } from '../section/places.js';
import { groupsText, recordText, type TakeoverRecord } from '../section/record.js';
import { placeText } from './place-text.js';

/** The target of blue's link while the old application counts as the release in blue. */
export const OLD_TARGET = `../../releases/${OLD_RELEASE}`;

/** For how long an old program may take to end. */
export const STOP_SECONDS = 30;

/**
 * The programs of the old application, and where nginx finds them.
 *
 * @param sites the names of the environment's sites: all show the old site
 */
export function oldUpstreams(
  application: Application,
  { routes }: TakeoverRecord,
  sites: readonly string[],
): string {
  const programs = routes.flatMap((route, at) =>
    route.ports.map((port, instance) => oldProgram(processName(at), instance, port)),
  );
  const shown = routes.map(({ path }, at) => ({
    ...{ path: path.replace(/\/+$/, ''), to: { process: processName(at) } },
  }));
  return upstreams(application, { programs, routes: shown, sites }, 'blue');
}

function processName(at: number): string {
  return `old-${String(at + 1)}`;
}

function oldProgram(process: string, instance: number, port: number): Program {
  return {
    ...{ name: `${process}.${String(instance + 1)}`, process, addresses: [port, port] },
    health: { status: 200, interval: 1, deadline: 30, settle: 0 },
    ...{ exclusive: false, stopSeconds: STOP_SECONDS, apart: false, limited: false },
  };
}

/** Makes the old application the release in blue, and records it. */
export function adoptOldRelease(
  application: Application,
  record: TakeoverRecord,
  sites: readonly string[],
): Script {
  const layout = layoutOf(application);
  const places = placesOf(application);
  const configuration = `${layout.configuration}/${OLD_RELEASE}`;
  const ports = [...new Set(record.routes.flatMap((route) => route.ports))];
  // A deployment waits for the requests there.
  const programs = ports.map((port, at) => oldProgram('old', at, port));
  return sh`
    (
    ${enterReleases(layout, `Cannot take over ${application.name}`)}
    )
    umask 077
    mkdir -p -- ${[places.folder, places.old, configuration]}
    ${lines(
      placeText(`${configuration}/nginx-blue.conf`, oldUpstreams(application, record, sites)),
      placeText(`${configuration}/${programsName('blue')}`, programsLines(programs, 'blue')),
      placeText(places.groups, groupsText(record)),
    )}
    cd -- ${colourFolder(layout, 'blue')}
    rm -f -- .next
    ln -s -- ${OLD_TARGET} .next
    mv -T -- .next release
    ${placeText(places.record, `${recordText(record)}\n`)}`;
}
