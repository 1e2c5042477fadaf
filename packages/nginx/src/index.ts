export { nginxFile, type NginxFileIdentity, type NginxFileSpec } from './nginx-file.js';
export { quoteWord, quoteWords } from './quote-nginx.js';
export { sectionSchema, type Section, type SiteSection } from './section.js';
export { CHALLENGES, siteFile } from './site.js';
export { upstreamName, upstreamsFile } from './upstreams.js';
