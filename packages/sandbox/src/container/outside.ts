import { DEFAULT_MIRROR } from '@fairness-deploy/core/resources';

/**
 * Whether this machine's network leads to its own package sources only: then its hosts need the
 * gateway. Node.js' site stands for the rest of the outside.
 */
export async function isOutsideClosed(): Promise<boolean> {
  try {
    const url = `${DEFAULT_MIRROR}/index.json`;
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
    return !answer.ok;
  } catch {
    return true;
  }
}
