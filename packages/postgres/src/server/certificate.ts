/** The certificate that the server shows, which the team brings. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { PluginIssue } from '@fairness-deploy/core';
import { directory, file, readProjectFile, type Resource } from '@fairness-deploy/core/resources';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { failureOf } from '@fairness-deploy/shell/text';
import { certificatesFolder } from '../connection/paths.js';
import type { ServerSection } from '../section/server-schema.js';

/** A certificate on the host. */
export interface ServerCertificate {
  /** What its folder is named by: so a certificate never stands beside the key of another one. */
  readonly digest: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly resources: readonly Resource[];
}

/** Where a certificate comes from, and whose it is. */
export interface CertificateContext {
  /** The environment's: files are relative to it. */
  readonly folder: string;
  readonly application: string;
  /** What the user of the server comes with. */
  readonly after: readonly Resource[];
}

/**
 * The certificate of the server; undefined when it has none of its own.
 *
 * @throws Error when a file cannot be read, or a secret cannot be opened.
 */
export function serverCertificate(
  { certificate, key }: ServerSection,
  { folder, application, after }: CertificateContext,
): ServerCertificate | undefined {
  if (!certificate || !key) return undefined;
  const chain = pemOf(certificate, folder);
  const ofKey = pemOf(key, folder);
  const digest = createHash('sha256').update(chain.reveal()).digest('hex').slice(0, 32);
  const path = `${certificatesFolder(application)}/${digest}`;
  const [certificateFile, keyFile] = [`${path}/server.pem`, `${path}/server.key`];
  const secret = ofKey.secrets.length > 0 ? ofKey : Text.of(new Secret('key', ofKey.reveal()));
  return {
    ...{ digest, certificateFile, keyFile },
    resources: [
      directory({ path, parents: true }),
      file({ path: certificateFile, content: chain.reveal(), mode: '0644' }),
      // The server reads a key of root when only its group may read it (PostgreSQL's manual, 19.9.3).
      file({ path: keyFile, content: secret, group: 'postgres', mode: '0640' }, { after }),
    ],
  };
}

/** Checks that the certificate is one, and that the key is its key. A locked secret is not checked. */
export function checkServerCertificate(
  { certificate, key }: ServerSection,
  folder: string,
): readonly PluginIssue[] {
  if (!certificate || !key || certificate.locked || key.locked) return [];
  const at = (name: string): readonly string[] => ['server', name];
  let chain: X509Certificate;
  try {
    chain = parseCertificate(pemOf(certificate, folder).reveal());
  } catch (error) {
    return [{ path: at('certificate'), ...failureOf(error) }];
  }
  try {
    if (chain.checkPrivateKey(parseKey(pemOf(key, folder).reveal()))) return [];
  } catch (error) {
    return [{ path: at('key'), ...failureOf(error) }];
  }
  return [{ path: at('key'), message: 'it belongs to another certificate' }];
}

/** PEM in a secret, or in a file of the project. */
function pemOf(value: Text, folder: string): Text {
  const text =
    value.secrets.length > 0 ? value : Text.of(readProjectFile(resolve(folder, value.reveal())));
  return text.mapWhole((pem) => `${pem.trim()}\n`);
}

function parseCertificate(pem: string): X509Certificate {
  const other = /-----BEGIN (?!CERTIFICATE-----)([^-]*)-----/.exec(pem)?.[1];
  if (other !== undefined) {
    throw new Error(
      `Cannot use the certificate: it holds a "${other}" as well, expected certificates alone`,
    );
  }
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error(
      'Cannot read the certificate: expected PEM, which begins with -----BEGIN CERTIFICATE-----',
    );
  }
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch {
    // Without its cause, which might quote it.
    throw new Error(
      'Cannot read the key: expected PEM without a passphrase, such as -----BEGIN PRIVATE KEY-----',
    );
  }
}
