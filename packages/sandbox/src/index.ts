export { EC_KEY, rootSettings, serverSettings } from './system/certificate-settings.js';
export { installDebianPackages } from './system/debian-packages.js';
export type { DebianRelease } from './machine/registries.js';
export { gateway } from './gateway/endpoint.js';
export { hostKey, type HostKey } from './driver/host-id.js';
export {
  DEFAULT_RELEASE,
  publishedPort,
  type DriverName,
  type ListedHost,
  type SandboxHost,
  type StartOptions,
} from './driver/sandbox-host.js';
export type { Driver } from './driver/driver.js';
export {
  chooseDriver,
  findHost,
  listHosts,
  powerOff,
  powerOn,
  startHost,
  stopHost,
  WANTED_DRIVERS,
  type Choice,
  type WantedDriver,
} from './drivers.js';
export { deleteLayer, saveLayer } from './nspawn/host/save-layer.js';
export { type NspawnHost } from './nspawn/host/nspawn-host.js';
export { startNspawnHost, type NspawnOptions } from './nspawn/host/start-nspawn-host.js';
export { installPrerequisites } from './nspawn/prerequisites.js';
export { removeLock, withFreeLock, withLock } from './system/lock.js';
export { identify, isAlive, type ProcessIdentity } from './system/process-identity.js';
export type { Report } from './system/report.js';
