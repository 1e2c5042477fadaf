export {
  nginxFile,
  type NginxFileIdentity,
  type NginxFileSpec,
} from './configuration/nginx-file.js';
export { RELOAD_NGINX } from './configuration/reload-nginx.js';

/** For plugins that get certificates. */
export { CHALLENGES } from './certificate/certificate-folders.js';
export {
  certificateCheck,
  namesIn,
  type CertificateState,
  type CheckedCertificate,
} from './certificate/certificate-check.js';
export { linkCertificates, linkPlaceholders } from './certificate/link-certificates.js';
export {
  extendNginx,
  tlsSitesOf,
  type NginxExtension,
  type TlsSite,
} from './certificate/nginx-extension.js';
export { afterSites } from './host/after-sites.js';
