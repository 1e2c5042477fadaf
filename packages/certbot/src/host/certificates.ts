import { HintedError } from '@fairness-deploy/shell/text';
import type { Environment } from '@fairness-deploy/core';
import type { CertificateSpec } from '../certificate/certificate.js';
import { requestFor } from '../certificate/request.js';
import { lineagesOf } from '../section/lineages.js';
import type { Section } from '../section/section.js';
import { pathsOf } from './paths.js';

/** What is wanted of a host: its certificates, and the sites that serve them. */
export function certificatesOf(
  section: Section,
  environment: Environment,
): readonly CertificateSpec[] {
  const paths = pathsOf(environment);
  return lineagesOf(section, environment).map((lineage) => ({
    request: requestFor(section, lineage, paths),
    site: lineage.site,
  }));
}

/**
 * The certificates that a command is for.
 *
 * @param name the name of one; undefined: all
 * @throws HintedError when there is no such certificate.
 */
export function chosenCertificates(
  section: Section,
  environment: Environment,
  name: string | undefined,
): readonly CertificateSpec[] {
  const all = certificatesOf(section, environment);
  if (name === undefined) return all;
  const chosen = all.filter(({ request }) => request.name === name);
  if (chosen.length > 0) return chosen;
  const names = all.map(({ request }) => request.name).join(', ');
  throw new HintedError(
    `Cannot use the certificate "${name}": ${environment.name} has none of this name`,
    { hint: `these are there: ${names}` },
  );
}
