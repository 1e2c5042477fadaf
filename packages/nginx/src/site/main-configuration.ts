import { fromTemplate } from '../configuration/from-template.js';
import { keyComment } from '../configuration/key-comment.js';
import { hostSettings } from '../section/host-settings.js';
import { HTTP3_PORT, type Section } from '../section/section.js';

/**
 * nginx's main file, of all environments on the host together.
 *
 * @param sitesFolder the folder of the sites, within nginx's
 */
export function mainConfiguration(section: Section, sitesFolder = 'sites-enabled'): string {
  return fromTemplate('nginx.conf.ejs', {
    ...hostSettings(section),
    http3Port: HTTP3_PORT,
    sitesFolder,
    key: (...keys: readonly string[]) => keyComment(keys),
  });
}
