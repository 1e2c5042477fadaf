export {
  nginxFile,
  type NginxFileIdentity,
  type NginxFileSpec,
} from './configuration/nginx-file.js';
export { RELOAD_NGINX } from './configuration/reload-nginx.js';

/** For plugins that get certificates. */
export { useNames } from './certificate/certified-names.js';
export { CHAIN_FILE, CHALLENGES, KEY_FILE } from './certificate/certificate-folders.js';
export {
  certificateCheck,
  subjectAlternativeNames,
  type CertificateState,
  type CheckedCertificate,
} from './certificate/certificate-check.js';
export {
  IS_CERTIFICATE,
  linkCertificates,
  linkPlaceholders,
} from './certificate/link-certificates.js';
export {
  extendNginx,
  tlsSitesOf,
  type NginxExtension,
  type TlsSite,
} from './certificate/nginx-extension.js';
export { afterSites } from './host/after-sites.js';
