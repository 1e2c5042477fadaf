/** The client's own files and programs. */
export { childEnvironment, hideVariable } from './client/child-environment.js';
export { expandHome, homeFolder, userStateFolder, variable } from './client/home-folder.js';
export { isInsecureKey, namesInsecureKey } from './client/insecure-keys.js';
export {
  LARGEST_ENVIRONMENT_FILE_BYTES,
  LARGEST_FILE_BYTES,
  LARGEST_SECRETS_FILE_BYTES,
  readRegularFile,
  UnreadableFile,
} from './client/read-regular-file.js';
export { isExposed, isOnWindowsDrive, protectionHint } from './client/exposed-file.js';
export { keyType, SshReader, sshString } from './client/ssh-reader.js';
export { isOfSystem, systemReason } from './client/system-reason.js';
