export {
  type AcmeProblem,
  type RateLimit,
  rateLimited,
  rejectedIdentifier,
} from './acme/acme-problem.js';
export type { AcmeResource } from './acme/acme-relay.js';
export {
  addressOfGateway,
  GATEWAY_DIRECTORY,
  resolveByGateway,
  startGatewayAuthority,
} from './acme/gateway-authority.js';
export { type CertificateFiles, makeOwnAuthority, type OwnAuthority } from './openssl-authority.js';
export type { AuthorityOptions } from './acme/pebble.js';
export type { IssuedCertificate } from './acme/pebble-management.js';
export {
  findingsWorseThan,
  OF_TEST_AUTHORITIES,
  type ScanOptions,
  scanTls,
  type Severity,
  type TlsFinding,
  type TlsReport,
} from './scan-tls.js';
export { debianBase } from './debian-base.js';
export { makeDirectoryAuthority, type TestAuthority } from './acme/authority.js';
export { startTestAuthority } from './acme/test-authority.js';
export {
  reserveAddress,
  type ReservedAddress,
  returnAddress,
} from '../nspawn/network/reserved-address.js';
export { prepareContainers } from './prepare-containers.js';
export { startTestHost, type TestHost } from './test-host.js';
export { testRelease } from './test-release.js';
export { withLock } from '../system/lock.js';
