import { colourFolder, COLOURS } from '../application/colour.js';
import {
  link,
  aptPackages,
  directory,
  NODE_RUNTIME_PACKAGES,
  nodeRuntime,
  systemUser,
  type Resource,
} from '@fairness-deploy/core/resources';
import { type Application, isExactVersion } from '@fairness-deploy/core';
import type { Front } from '../application/front.js';
import { applicationHome } from './application-home.js';
import { commandLinks } from './command-links.js';
import { layoutOf } from '../application/layout.js';
import { liveRelease } from './live-release.js';
import { liveSchedules } from './live-schedules.js';
import { CURRENT_TARGET, ownHome } from './own-home.js';
import type { ReleaseSection } from '../section/section.js';

/**
 * The resources that releases need on a host.
 *
 * @param front sends requests to the processes; undefined when no plugin does
 */
export function releaseResources(
  application: Application,
  { origin, shared }: ReleaseSection,
  front: Front | undefined,
): readonly Resource[] {
  const layout = layoutOf(application);
  const { user } = application;
  const ssh = origin.via === 'fetch' && origin.url.scheme === 'ssh';
  const home = directory({ path: layout.home, parents: true });
  // Its home exists before it, and stays root's.
  const account = systemUser(
    {
      name: user,
      home: layout.home,
      shell: '/usr/sbin/nologin',
      system: true,
      dedicated: true,
    },
    { after: [home] },
  );
  const own = { owner: user, group: user };
  return [
    ownHome(application),
    liveRelease(application),
    liveSchedules(application),
    aptPackages({
      // iproute2 has ss, which shows the listeners of a port.
      names: [
        'ca-certificates',
        'curl',
        'git',
        'iproute2',
        ...(ssh ? ['openssh-client'] : []),
        // It has cgi-fcgi, which asks for the health of such processes.
        ...(application.processes.some(({ fastcgi }) => fastcgi) ? ['libfcgi-bin'] : []),
        ...(application.node ? NODE_RUNTIME_PACKAGES : []),
      ],
    }),
    ...nodeRuntimes(application.node),
    application.node
      ? commandLinks({ ...application, others: 'leave' })
      : commandLinks(application, { ensure: 'absent' }),
    home,
    account,
    applicationHome(application, { after: [home, account] }),
    directory({ path: layout.releases }),
    directory({ path: layout.shared }),
    directory({ path: layout.configuration, mode: '0700' }),
    directory({ path: layout.dependencies, group: user, mode: '0750' }),
    directory({ path: layout.colours }),
    ...COLOURS.map((colour) => directory({ path: colourFolder(layout, colour) })),
    link({ path: layout.current, target: CURRENT_TARGET }),
    directory({ ...own, path: layout.variables, mode: '0700' }),
    // For nobody else: it has the history of all sources.
    directory({ ...own, path: layout.repository, mode: '0700' }),
    directory({ ...own, path: layout.npmCache, mode: '0700' }),
    directory({ ...own, path: layout.userHome, mode: '0700' }),
    // What is in it stays when the section names no folder any more. Its front may serve them.
    ...(shared.length > 0
      ? [
          directory({
            path: layout.sharedFolders,
            owner: user,
            group: front?.group ?? user,
            mode: front ? '2750' : '0750',
          }),
        ]
      : []),
    // The sockets in the folder get its group: the front must reach them, and nobody else.
    ...(application.processes.some(({ listen }) => listen === 'socket')
      ? [
          directory({
            path: layout.sockets,
            owner: user,
            group: front?.group ?? user,
            mode: '2750',
          }),
        ]
      : []),
  ];
}

/** A version that is not exact is chosen, and installed, at each deployment. */
function nodeRuntimes(node: Application['node']): readonly Resource[] {
  const { version, mirror, sha256 } = node ?? {};
  if (version === undefined || mirror === undefined || !isExactVersion(version)) return [];
  return [nodeRuntime({ version, mirror, ...(sha256 !== undefined && { sha256 }) })];
}
