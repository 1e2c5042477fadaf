import { sh } from '@fairness-deploy/shell';
import { hide, script, unhide, type Fault } from './fault.js';

/** What may go wrong with the live release. */
export const RELEASE_FAULTS: readonly Fault[] = [
  {
    name: 'Node.js missing',
    inject: hide('/opt/node/20.20.2'),
    heal: unhide('/opt/node/20.20.2'),
    cause: /^release runtime: Node\.js 20\.20\.2, on which the live release runs, is gone/,
  },
  {
    name: 'another version of Node.js',
    inject: sh`
      mv /opt/node/20.20.2/bin/node /opt/node/20.20.2/bin/node.hidden
      printf '#!/bin/sh\necho v18.1.0\n' >/opt/node/20.20.2/bin/node
      chmod +x /opt/node/20.20.2/bin/node`,
    heal: unhide('/opt/node/20.20.2/bin/node'),
    cause:
      /^release runtime: the live release was built for Node\.js 20\.20\.2, and the host has 18\.1\.0/,
  },
  {
    name: 'checkout dirty',
    inject: sh`
      cp -p /srv/shop/current/jobs.js /run/jobs.kept
      echo '// by hand' >>/srv/shop/current/jobs.js`,
    heal: sh`cp -p /run/jobs.kept /srv/shop/current/jobs.js`,
    cause: /^release release code: files of the live release were changed by hand/,
  },
  {
    name: 'half a deployment left',
    inject: sh`
      echo '{}' >/srv/shop/shared/deploying
      mkdir /srv/shop/releases/20260101-000000-abcdef0`,
    heal: sh`
      rm /srv/shop/shared/deploying
      rmdir /srv/shop/releases/20260101-000000-abcdef0`,
    cause: /^release release: a deployment runs, or was cut off/,
  },
  {
    name: 'permissions wrong',
    inject: script(sh`chmod 0000 "/srv/shop/releases/$fd_id"`),
    heal: script(sh`chmod 0750 "/srv/shop/releases/$fd_id"`),
    cause: /^release release permissions: the user shop cannot use the live release/,
  },
  {
    name: "release not the branch's",
    inject: (host) => Promise.resolve(host.repository.commit('Sell more')),
    heal: (host) => Promise.resolve(host.repository.git('reset', '--hard', '--quiet', 'HEAD~')),
    cause: /^release branch: main is at [0-9a-f]{10} "Sell more", and [0-9a-f]{10} is live/,
  },
];
