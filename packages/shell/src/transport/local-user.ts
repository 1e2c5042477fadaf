import { userInfo } from 'node:os';
import { variable } from '../client/home-folder.js';

/** The name of the user who runs this process. */
export function localUser(env: Readonly<Record<string, string | undefined>> = process.env): string {
  try {
    return userInfo().username;
  } catch {
    // Some containers run as a user that the system doesn't know.
    return variable(env, 'USER') ?? 'root';
  }
}
