/** The files of an application's database on a host. */
import { STATE } from '@fairness-deploy/core/engine';

/** The folder of root's files; only root may enter. */
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

/** The folder of files that other users may read: the provider's CA, and the server's certificates. */
export function configurationFolder(application: string): string {
  return `/etc/fairness-deploy/${application}/postgres`;
}

/** The certificate of the provider's CA, for the application as well. */
export function caFile(application: string): string {
  return `${configurationFolder(application)}/ca.pem`;
}

/** The folder of the server's certificates, each in a folder that is named by its digest. */
export function certificatesFolder(application: string): string {
  return `${configurationFolder(application)}/certificates`;
}

/** The file by which a server waits for the network at boot (systemd.unit(5), drop-in files). */
export function networkDropIn(application: string): string {
  return `/etc/systemd/system/postgresql@.service.d/fairness-deploy-${application}.conf`;
}
