import { byColour, findLive, findReleaseId, layoutOf, type Colour } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import {
  isLoaded,
  placeLive,
  type Address,
  type LiveFile,
  type Resource,
} from '@fairness-deploy/core/resources';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { NGINX_FOLDER } from '../configuration/nginx-file.js';
import { RELOAD_NGINX } from '../configuration/reload-nginx.js';
import { tryConfiguration } from '../configuration/try-configuration.js';
import { noUpstreams, releaseFile, upstreamsFile } from './upstreams.js';

/** The absolute path of a colour's upstreams. */
function pathOf(application: Application, colour: Colour): string {
  return `${NGINX_FOLDER}/${upstreamsFile(application, colour)}`;
}

function liveFile(application: Application, colour: Colour): LiveFile {
  return {
    path: pathOf(application, colour),
    check: (staged) =>
      tryConfiguration({ folder: NGINX_FOLDER, path: upstreamsFile(application, colour), staged }),
    load: RELOAD_NGINX,
  };
}

/** Sets `fd_made` to the upstreams of the colour's release; empty without any. */
function findMade(application: Application, colour: Colour): Script {
  const layout = layoutOf(application);
  const made = sh`${layout.configuration}/"$fd_id"/${releaseFile(colour)}`;
  return sh`
    fd_made=
    ${findReleaseId(`${layout.colours}/${colour}/release`, sh`fd_id=`)}
    [ -z "$fd_id" ] || [ ! -f ${made} ] || fd_made=${made}`;
}

/** Succeeds when nginx has loaded the upstreams `$fd_made`. */
function isInUse(application: Application, colour: Colour): Script {
  const path = pathOf(application, colour);
  return sh`cmp -s -- "$fd_made" ${path} && ${isLoaded(path)}`;
}

/**
 * Lets nginx know where the programs of a colour's release listen: reloads it when ports or routes
 * differ from what it has loaded of that colour.
 *
 * @param colour the name of the shell variable that holds the colour
 */
export function loadUpstreams(application: Application, colour: string): Script {
  return byColour(
    colour,
    (of) => sh`
      ${findMade(application, of)}
      [ -n "$fd_made" ] || ${fail('Cannot move traffic: the release has no configuration for nginx', 'deploy again')}
      if ! { ${isInUse(application, of)}; }; then
        (
        ${placeLive(liveFile(application, of), sh`cat -- "$fd_made"`)}
        )
      fi`,
  );
}

/**
 * Lets nginx know where the release of a colour would listen in the other one, as long as that has no
 * release: so the next deployment, if it has the same ports and routes, reloads nothing under traffic.
 *
 * @param colour the name of the shell variable that holds the release's colour
 */
export function loadUpstreamsOfFree(application: Application, colour: string): Script {
  const layout = layoutOf(application);
  return byColour(colour, (of) => {
    const other = of === 'blue' ? 'green' : 'blue';
    return sh`
      if [ ! -L ${`${layout.colours}/${other}/release`} ]; then
        ${findReleaseId(`${layout.colours}/${of}/release`, sh`exit 0`)}
        fd_made=${layout.configuration}/"$fd_id"/${releaseFile(other)}
        if [ -f "$fd_made" ] && ! { ${isInUse(application, other)}; }; then
          (
          ${placeLive(liveFile(application, other), sh`cat -- "$fd_made"`)}
          )
        fi
      fi`;
  });
}

/**
 * Sets `fd_misdirected` to the colour, if it is live and nginx does not send its requests to where its
 * release listens; else to nothing.
 */
export function findMisdirected(application: Application): Script {
  return sh`
    fd_misdirected=
    ${findLive(layoutOf(application))}
    ${byColour(
      'fd_live',
      (colour) => sh`
        ${findMade(application, colour)}
        [ -z "$fd_made" ] || { ${isInUse(application, colour)}; } || fd_misdirected=${colour}`,
    )}`;
}

/**
 * The upstreams of a colour are those of the live release, if it is live.
 * Otherwise there are any: sites could not be used without them. Deployments write them; this makes
 * and repairs them.
 */
export function colourUpstreams(
  application: Application,
  colour: Colour,
  after: readonly Resource[],
): Resource {
  const path = pathOf(application, colour);
  const address: Address = `nginx-upstreams:${application.name}-${colour}`;
  const read = sh`
    if [ ! -e ${path} ]; then
      echo missing
    else
      ${findMisdirected(application)}
      [ "$fd_misdirected" != ${colour} ] || echo differs
    fi`;
  const none = noUpstreams(application, colour);
  return {
    address,
    after: after.map((one) => one.address),
    follows: ['apt:packages'],
    read,
    plan(output) {
      const found = output.trim();
      if (found === '') return undefined;
      return {
        action: found === 'missing' ? 'create' : 'update',
        differences: [
          {
            ...{ kind: 'value', field: 'upstreams' },
            from: found === 'missing' ? undefined : 'not those of the live release',
            to: 'those of the live release',
          },
        ],
        apply: sh`
          ${findMade(application, colour)}
          ${placeLive(liveFile(application, colour), sh`if [ -n "$fd_made" ]; then cat -- "$fd_made"; else printf %s ${none}; fi`)}`,
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}
