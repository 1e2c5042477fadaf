import {
  checkKnownFile,
  defineLiveFile,
  type LiveFile,
  type LiveFileContent,
  type LiveFolder,
} from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import { tryConfiguration } from './try-configuration.js';
import { RELOAD_NGINX } from './reload-nginx.js';

/** The identity of a file of nginx's configuration. */
export interface NginxFileIdentity {
  /** Within /etc/nginx: `conf.d/limits.conf`. */
  readonly path: string;
  /** Debian's package installs it: before nginx is installed, it is expected. */
  readonly packaged?: boolean;
}

/** A file of nginx's configuration. */
export type NginxFileSpec = NginxFileIdentity & LiveFileContent;

/** The folder of nginx's configuration. */
export const NGINX_FOLDER = '/etc/nginx';

/**
 * A file of nginx's configuration, which nginx has loaded. It goes live only when nginx accepts its
 * whole configuration with it. Then nginx is reloaded; if no new workers start, the file is
 * restored as it was last loaded. When nginx doesn't run, it will load the file at its start.
 *
 * @throws RangeError when the path isn't a plain one within /etc/nginx.
 */
export const nginxFile = defineLiveFile<NginxFileIdentity>({
  type: 'nginx',
  name: ({ path }) => path,
  check({ path }) {
    if (!/^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(path)) {
      throw new RangeError(
        `Cannot use ${JSON.stringify(path)} as a file of nginx: expected a path within ${NGINX_FOLDER}, such as conf.d/limits.conf`,
      );
    }
  },
  live: ({ path }) => liveNginxFile(path),
  broughtWith: ({ packaged }) => (packaged ? '/usr/sbin/nginx' : undefined),
  follows: ({ path }) => [
    'apt:packages',
    ...(path.includes('/')
      ? [`directory:${absolute(path.slice(0, path.lastIndexOf('/')))}` as const]
      : []),
  ],
});

/**
 * How a file of nginx's configuration is checked and loaded.
 *
 * @param path within nginx's folder
 */
export function liveNginxFile(path: string): LiveFile {
  return {
    path: absolute(path),
    check: (staged) => tryConfiguration({ folder: NGINX_FOLDER, path, staged }),
    load: RELOAD_NGINX,
  };
}

/** Files of other sections in nginx's folder: checked and loaded as its own are. */
export const nginxFolder: LiveFolder = {
  folder: NGINX_FOLDER,
  live: (path) => ({
    path,
    // Twice: links within the folder lead to their files in a copy only if the copy is at the same
    // path.
    check: (staged) => sh`
      ( ${checkKnownFile('nginx', path, staged)} )
      ${ifInstalled(tryConfiguration({ folder: NGINX_FOLDER, path: path.slice(NGINX_FOLDER.length + 1), staged }))}`,
    load: ifInstalled(RELOAD_NGINX),
  }),
  // With the main file that nginx is going to have.
  follows: ['apt:packages', 'nginx:nginx.conf'],
};

/** Its packages may have failed, or be installed later. */
function ifInstalled(script: Script): Script {
  return sh`
    [ -x /usr/sbin/nginx ] || exit 0
    ${script}`;
}

function absolute(path: string): string {
  return `${NGINX_FOLDER}/${path}`;
}
