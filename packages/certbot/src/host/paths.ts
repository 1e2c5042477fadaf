import type { Environment } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';
import { CHALLENGES } from '@fairness-deploy/nginx';
import type { RequestPaths } from '../certificate/request.js';

/** The files of one application on the host; nobody but root may enter. */
export interface HostPaths extends RequestPaths {
  readonly folder: string;
  /** The project's own programs, which `authHook` and `cleanupHook` run with their variables. */
  readonly ownAuthHook: string;
  readonly ownCleanupHook: string;
  readonly variables: string;
}

/** The folder of Certbot's records and files on the host. */
export const CERTBOT_STATE = `${STATE}/certbot`;

/** The private CAs of all environments on the host: its one timer trusts them all. */
export const PRIVATE_CAS = `${CERTBOT_STATE}/cas`;

export function pathsOf({ name, application }: Environment): HostPaths {
  const folder = `${CERTBOT_STATE}/${application?.name ?? name}`;
  return {
    ...{ folder, state: CERTBOT_STATE, challenges: CHALLENGES },
    authHook: `${folder}/dns-auth`,
    cleanupHook: `${folder}/dns-cleanup`,
    ownAuthHook: `${folder}/own-dns-auth`,
    ownCleanupHook: `${folder}/own-dns-cleanup`,
    variables: `${folder}/dns-variables`,
    caFile: `${PRIVATE_CAS}/${application?.name ?? name}.pem`,
  };
}
