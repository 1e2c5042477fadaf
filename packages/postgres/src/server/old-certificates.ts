import { defineResource } from '@fairness-deploy/core/resources';
import { sh } from '@fairness-deploy/shell';
import { certificatesFolder } from '../connection/paths.js';

/** The certificates of an application's server on its host. */
export interface OldCertificatesSpec {
  readonly application: string;
  /** The digest of the one in use; undefined: none is. */
  readonly digest: string | undefined;
}

/**
 * That a host has no certificate and key any more that the server does not use. Comes after the
 * server's settings, which name the one in use.
 */
export const noOldCertificates = defineResource<
  OldCertificatesSpec,
  { readonly 'old certificates': readonly string[] }
>({
  type: 'postgres-certificates',
  name: ({ application }) => application,
  read: ({ application, digest }) => sh`
    echo old
    for fd_folder in ${certificatesFolder(application)}/*; do
      [ -d "$fd_folder" ] || continue
      [ "\${fd_folder##*/}" = ${digest ?? ''} ] || printf '%s\n' "\${fd_folder##*/}"
    done`,
  parse: (output) => ({ 'old certificates': output.trim().split('\n').slice(1) }),
  desired: () => ({ 'old certificates': [] }),
  write: ({ application, digest }) => sh`
    for fd_folder in ${certificatesFolder(application)}/*; do
      [ -d "$fd_folder" ] || continue
      [ "\${fd_folder##*/}" = ${digest ?? ''} ] || rm -rf --one-file-system -- "$fd_folder"
    done`,
});
