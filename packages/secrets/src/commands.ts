/** The work of the commands on an environment's encrypted secrets, for core and for programs. */

export { checkSecrets, type CheckOptions } from './commands/check.js';
export { editSecrets, type EditOptions } from './commands/edit.js';
export { rekeySecrets, type RekeyOptions } from './commands/rekey.js';
export { readSection } from './environment/read-section.js';
export { rememberKeyOf } from './git/known-keys.js';
export { NoPassword } from './keys/find-password.js';
export { askHidden } from './keys/ask-hidden.js';
export { readAllSecrets, sealNewSecrets } from './commands/new-secrets.js';
export {
  openSession,
  type NeededName,
  type SaidData,
  type Session,
  type Voice,
} from './commands/session.js';
export { setSecret, type SetOptions } from './commands/set.js';
export { showSecrets, type ShowOptions } from './commands/show.js';
