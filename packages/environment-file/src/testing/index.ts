export { type TemporaryWorkspace, temporaryWorkspace } from './temporary-workspace.js';
