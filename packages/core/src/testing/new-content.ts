import type { Resource } from '../resource/resource.js';

/**
 * The content of a new file, as its plan shows it: golden text, as the host gets it.
 *
 * @throws Error when none of the resources has that address, or it has no content to be shown.
 */
export function newContent(resources: readonly Resource[], address: string): string {
  const change = resources.find((resource) => resource.address === address)?.plan('');
  const content = change?.differences.find(({ field }) => field === 'content');
  if (content?.kind !== 'text') throw new Error(`Cannot find the content of ${address}`);
  const [, ...hunk] = content.hunks.split('\n');
  return `${hunk.map((line) => line.slice(1)).join('\n')}\n`;
}
