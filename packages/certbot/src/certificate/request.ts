import { Text } from '@fairness-deploy/shell/secret';
import { authorityOf } from '../section/authority.js';
import type { Lineage } from '../section/lineages.js';
import type { Section } from '../section/section.js';
import { LETSENCRYPT_LIMITS } from '../section/servers.js';

/** How the CA checks the names: files that nginx serves, or programs that change the DNS. */
export type Challenge =
  | { readonly kind: 'webroot'; readonly path: string }
  | { readonly kind: 'dns'; readonly auth: string; readonly cleanup: string | null };

/** How often a CA answers, as it is known: some at once, and one more after each interval. */
interface Limit {
  readonly count: number;
  readonly refillSeconds: number;
}

/** What the program on the host gets, as JSON. */
export interface CertificateRequest {
  readonly name: string;
  readonly domains: readonly string[];
  readonly server: string;
  readonly keyType: string;
  readonly email: string | null;
  readonly challenge: Challenge;
  /** The external account binding; its key is a secret. */
  readonly eab: { readonly kid: string; readonly hmacKey: Text } | null;
  /** On the host: the CA of the directory's own certificate. */
  readonly caFile: string | null;
  readonly rehearsal: string | null;
  readonly limits: { readonly failures: Limit; readonly duplicates: Limit } | null;
  readonly addresses: readonly string[];
  /** Ask the CA also when the present certificate is as wanted. */
  readonly force: boolean;
  /** The port on which nginx serves it. */
  readonly port: number;
}

/** Paths on the host that a request names. */
export interface RequestPaths {
  /** The folder of the challenges, for http. */
  readonly challenges: string;
  readonly auth: string;
  readonly cleanup: string;
  readonly caFile: string;
}

/** The request for a certificate of a section. */
export function requestFor(
  section: Section,
  lineage: Lineage,
  paths: RequestPaths,
): CertificateRequest {
  const { server, rehearsal = null, isLetsEncrypt } = authorityOf(section);
  const { name, domains, keyType } = lineage;
  return {
    ...{ name, domains, server, keyType, rehearsal },
    email: section.email === 'none' ? null : section.email,
    challenge:
      lineage.challenge === 'http'
        ? { kind: 'webroot', path: paths.challenges }
        : {
            kind: 'dns',
            auth: paths.auth,
            cleanup: section.dns?.cleanup === undefined ? null : paths.cleanup,
          },
    eab: section.eab ?? null,
    caFile: section.caCertificate === undefined ? null : paths.caFile,
    limits: isLetsEncrypt ? LETSENCRYPT_LIMITS : null,
    addresses: section.addresses,
    force: false,
    port: lineage.port ?? 443,
  };
}

/** The request as JSON, in which the secret stays one. */
export function requestText({ eab, ...open }: CertificateRequest): Text {
  const rest = JSON.stringify(open).slice(1);
  if (!eab) return Text.of(`{"eab":null,${rest}`);
  const key = eab.hmacKey.mapWhole((value) => JSON.stringify(value));
  return Text.of(`{"eab":{"kid":${JSON.stringify(eab.kid)},"hmacKey":`, key, `},${rest}`);
}
