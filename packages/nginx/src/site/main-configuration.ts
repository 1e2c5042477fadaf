import { fromTemplate } from '../configuration/from-template.js';
import { keyComment } from '../configuration/key-comment.js';
import { HTTP3_PORT, type Section } from '../section/section.js';

/** nginx's main file, of all environments on the host together. */
export function mainConfiguration(section: Section): string {
  const { shutdownTimeout, realIp, brotli, tlsProfile, http3, ipv6 } = section;
  return fromTemplate('nginx.conf.ejs', {
    ...{ shutdownTimeout, realIp, brotli, tlsProfile, http3, http3Port: HTTP3_PORT, ipv6 },
    key: (...keys: readonly string[]) => keyComment(keys),
  });
}
