import { fromTemplate } from '../configuration/from-template.js';
import { keyComment } from '../configuration/key-comment.js';
import type { Section } from '../section/section.js';

/** nginx's main file, of all environments on the host together. */
export function mainConfiguration({ shutdownTimeout, realIp, brotli }: Section): string {
  return fromTemplate('nginx.conf.ejs', {
    shutdownTimeout,
    realIp,
    brotli,
    key: (...keys: readonly string[]) => keyComment(keys),
  });
}
