import { NOTICE_MARK } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { authorityOf } from '../section/authority.js';
import { LETSENCRYPT, LETSENCRYPT_LOG, type Lineage } from '../section/lineages.js';
import type { Section } from '../section/section.js';
import { LETSENCRYPT_LIMITS } from '../section/servers.js';

/** How the CA checks the names: files that nginx serves, or programs that change the DNS. */
export type Challenge =
  | { readonly kind: 'webroot'; readonly path: string }
  | { readonly kind: 'dns'; readonly authHook: string; readonly cleanupHook: string | null };

/** How often a CA answers, as it is known: some at once, and one more after each interval. */
interface Limit {
  readonly count: number;
  readonly refillSeconds: number;
}

/** What the program on the host gets, as JSON. */
export interface CertificateRequest {
  readonly name: string;
  readonly names: readonly string[];
  /** The URL of the ACME directory. */
  readonly server: string;
  readonly keyType: string;
  /** null: the CA gets none. */
  readonly email: string | null;
  readonly challenge: Challenge;
  /** The external account binding, whose key is a secret; null: none. */
  readonly eab: { readonly kid: string; readonly hmacKey: Text } | null;
  /** On the host: the CA of the directory's own certificate; null: one of the system's. */
  readonly caFile: string | null;
  /** The URL of the directory of a dry run; null: no dry run. */
  readonly dryRunServer: string | null;
  /** null: they are not known. */
  readonly limits: { readonly failures: Limit; readonly duplicates: Limit } | null;
  /** That a router translates: the host can't check them. */
  readonly publicAddresses: readonly string[];
  /** Ask the CA also when the present certificate is as wanted. */
  readonly force: boolean;
  /** The port on which nginx serves it, if a site does. */
  readonly port: number;
  /** The program's own folder, which only root may enter. */
  readonly state: string;
  /** The folder of Certbot. */
  readonly letsencrypt: string;
  /** The log of Certbot. */
  readonly log: string;
}

/** Paths on the host that a request names. */
export interface RequestPaths {
  /** The folder of the challenges, for http. */
  readonly challenges: string;
  readonly authHook: string;
  readonly cleanupHook: string;
  readonly caFile: string;
  /** The folder of the program's own files. */
  readonly state: string;
}

/** The request for a certificate of a section, which forces no new one. */
export function requestFor(
  section: Section,
  lineage: Lineage,
  paths: RequestPaths,
): CertificateRequest {
  const { server, dryRunServer = null, isLetsEncrypt } = authorityOf(section);
  const { name, names, keyType } = lineage;
  return {
    ...{ name, names, server, keyType, dryRunServer },
    email: section.email === 'none' ? null : section.email,
    challenge:
      lineage.challenge === 'http'
        ? { kind: 'webroot', path: paths.challenges }
        : {
            kind: 'dns',
            authHook: paths.authHook,
            cleanupHook: section.dns?.cleanupHook === undefined ? null : paths.cleanupHook,
          },
    eab: section.eab ?? null,
    caFile: section.caCertificate === undefined ? null : paths.caFile,
    limits: isLetsEncrypt ? LETSENCRYPT_LIMITS : null,
    publicAddresses: section.publicAddresses,
    force: false,
    port: lineage.port ?? 443,
    ...{ state: paths.state, letsencrypt: LETSENCRYPT, log: LETSENCRYPT_LOG },
  };
}

/** The request as JSON, in which the secret stays one, with the mark of the lines that people see. */
export function requestText({ eab, ...open }: CertificateRequest): Text {
  const rest = JSON.stringify({ ...open, noticeMark: NOTICE_MARK }).slice(1);
  if (!eab) return Text.of(`{"eab":null,${rest}`);
  const key = eab.hmacKey.mapWhole((value) => JSON.stringify(value));
  return Text.of(`{"eab":{"kid":${JSON.stringify(eab.kid)},"hmacKey":`, key, `},${rest}`);
}
