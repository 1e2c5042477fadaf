export {
  NGINX_FOLDER,
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
  judgeCertificate,
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
  type ComingFiles,
  type NginxExtension,
  type TlsSite,
} from './extension/nginx-extension.js';
export { afterSites } from './host/after-sites.js';

/** For a plugin that replaces the files of another tool. */
export { liveNginxFile } from './configuration/nginx-file.js';
export { sitesReached, type SitesReached } from './section/sites-reached.js';
export { upstreams, upstreamsFile } from './release/upstreams.js';
export { certificateData } from './status/finding-schemas.js';
export { certificatesReport } from './certificate/certificates-report.js';
