import { fromTemplate } from '../configuration/from-template.js';
import { keyComment } from '../configuration/key-comment.js';
import { HTTP3_PORT, type Section } from '../section/section.js';

/** nginx's main file, of all environments on the host together. */
export function mainConfiguration({ shutdownTimeout, realIp, tlsProfile, http3 }: Section): string {
  return fromTemplate('nginx.conf.ejs', {
    ...{ shutdownTimeout, realIp, tlsProfile, http3, http3Port: HTTP3_PORT },
    key: (...keys: readonly string[]) => keyComment(keys),
  });
}
