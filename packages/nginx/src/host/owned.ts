import type { Application, Owned } from '@fairness-deploy/core';
import { COLOURS } from '@fairness-deploy/release';
import {
  certificateLink,
  certifiedNames,
  OWN_CERTIFICATES,
  PLACEHOLDERS,
} from '../certificate/certificate-folders.js';
import { NGINX_FOLDER } from '../configuration/nginx-file.js';
import { defaultsFile, upstreamsFile } from '../release/upstreams.js';
import { sitesOf, type Section } from '../section/section.js';
import { healthFile } from '../site/health-url.js';
import { loginsPath } from '../site/logins.js';
import { maintenancePagePath } from '../site/maintenance.js';
import { siteFile } from '../site/site-file.js';
import { snippetFile } from '../site/snippet.js';
import { unknownNamesFile } from './unknown-names.js';

/** What only this environment has on the host. */
export function ownedPaths(application: Application, section: Section): readonly Owned[] {
  const sites = sitesOf(application, section);
  const names = Object.keys(sites);
  return [
    ...[...names.map(siteFile), unknownNamesFile(application)].map(
      (one) => `${NGINX_FOLDER}/${one}`,
    ),
    `${NGINX_FOLDER}/${defaultsFile(application)}`,
    ...COLOURS.map((colour) => `${NGINX_FOLDER}/${upstreamsFile(application, colour)}`),
    ...names.map(maintenancePagePath),
    ...Object.entries(sites).flatMap(([name, { basicAuth, snippet: own, health, tls }]) => [
      ...(basicAuth ? [loginsPath(name)] : []),
      ...(own === undefined ? [] : [`${NGINX_FOLDER}/${snippetFile(name)}`]),
      ...(health === undefined ? [] : [`${NGINX_FOLDER}/${healthFile(name)}`]),
      ...(tls ? [certificateLink(name), certifiedNames(name)] : []),
      ...(tls ? [`${PLACEHOLDERS}/${name}`, `${OWN_CERTIFICATES}/${name}`] : []),
    ]),
  ].map((path) => ({ kind: 'path', name: path }));
}
