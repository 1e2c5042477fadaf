import { STATE } from '@fairness-deploy/core/engine';

/** The folder of an application's files for PostgreSQL on a host; only root may enter. */
export function stateFolder(application: string): string {
  return `${STATE}/postgres/${application}`;
}

/** The variables of the connection, root's alone: the one file with the password. */
export function connectionFile(application: string): string {
  return `${stateFolder(application)}/connection`;
}

/** The variables of `admin`, root's alone. */
export function adminFile(application: string): string {
  return `${stateFolder(application)}/admin`;
}

/** The certificate of the provider's CA, for the application as well. */
export function caFile(application: string): string {
  return `/etc/fairness-deploy/${application}/postgres-ca.pem`;
}
