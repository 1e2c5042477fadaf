import {
  defineResource,
  liveState,
  parseLive,
  PENDING,
  readLive,
  removeLive,
  sh,
  writeLive,
  type LiveFile,
  type LiveFileState,
  type Script,
} from '@fairness-deploy/core';
import { checkTree } from './check-tree.js';
import { LOAD } from './load.js';

/** What a file of nginx's configuration is found by. */
export interface NginxFileIdentity {
  /** Within /etc/nginx: `conf.d/limits.conf`. */
  readonly path: string;
  /** Debian's package brings it: where nginx isn't installed yet, it has to be reckoned with. */
  readonly packaged?: boolean;
}

/** A file of nginx's configuration. */
export interface NginxFileSpec extends NginxFileIdentity {
  readonly configuration: string;
}

/** Where nginx's configuration is. */
export const NGINX_FOLDER = '/etc/nginx';

/**
 * A file of nginx's configuration, which nginx has loaded. It goes live only when nginx
 * accepts its whole configuration with it. Then nginx is reloaded; unless new workers come
 * of that, the file is put back as it was last loaded. When nginx doesn't run, it will load
 * the file at its start.
 *
 * @throws RangeError when the path isn't a plain one within /etc/nginx.
 */
export const nginxFile = defineResource<
  NginxFileSpec,
  LiveFileState,
  NginxFileIdentity & Partial<NginxFileSpec>
>({
  type: 'nginx',
  name: ({ path }) => path,
  check({ path }) {
    if (!/^(?:[A-Za-z0-9][A-Za-z0-9._-]*\/)*[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(path)) {
      throw new RangeError(
        `Cannot use ${JSON.stringify(path)} as a file of nginx: expected a path within ${NGINX_FOLDER}, such as conf.d/limits.conf`,
      );
    }
  },
  read: ({ path, packaged, configuration }) => sh`
    ${packaged ? sh`[ -x /usr/sbin/nginx ] || { ${PENDING}; exit 0; }` : sh`:`}
    ${readLive(absolute(path), configuration)}`,
  parse: (output, { path, configuration }) => parseLive(output, absolute(path), configuration),
  desired: ({ configuration }) => liveState(configuration),
  write: ({ path, configuration }) => writeLive(liveFile(path), configuration),
  remove: ({ path }) => removeLive(liveFile(path)),
  follows: ({ path }) => [
    'apt:packages',
    ...(path.includes('/')
      ? [`directory:${absolute(path.slice(0, path.lastIndexOf('/')))}` as const]
      : []),
  ],
});

function absolute(path: string): string {
  return `${NGINX_FOLDER}/${path}`;
}

function liveFile(path: string): LiveFile {
  return {
    path: absolute(path),
    check: (staged): Script => checkTree({ folder: NGINX_FOLDER, path, staged }),
    load: sh`${LOAD}`,
  };
}
