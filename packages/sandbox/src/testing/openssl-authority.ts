import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EC_KEY, rootSettings, serverSettings } from '../system/certificate-settings.js';
import { command } from '../system/command.js';

/** A certificate and its key: PEM files on this machine. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority that signs certificates for servers that a test starts itself. */
export interface OwnAuthority {
  /** PEM file of its root. */
  readonly certificateFile: string;
  /**
   * Makes a key and a certificate, valid from now for 90 days.
   *
   * @param name of the files
   * @param names host names and IP addresses, the first one also as its subject
   */
  issue(name: string, names: readonly [string, ...string[]]): Promise<CertificateFiles>;
}

const ROOT_DAYS = 3650;
const SERVER_DAYS = 90;

/** Makes an authority by openssl(1), with its files in a folder. One that is there is used again. */
export async function makeOwnAuthority(folder: string, name: string): Promise<OwnAuthority> {
  await mkdir(folder, { recursive: true });
  const filesOf = (file: string): CertificateFiles => ({
    certificateFile: join(folder, `${file}.pem`),
    keyFile: join(folder, `${file}.key`),
  });
  const make = async (
    file: string,
    days: number,
    settings: string,
    ...args: readonly string[]
  ): Promise<CertificateFiles> => {
    const files = filesOf(file);
    const configuration = join(folder, `${file}.cnf`);
    await writeFile(configuration, settings);
    await command('openssl', [
      ...['req', '-x509', ...EC_KEY, '-sha256', '-days', String(days), '-config', configuration],
      ...['-keyout', files.keyFile, '-out', files.certificateFile, ...args],
    ]);
    return files;
  };
  const root = filesOf('root');
  if (!existsSync(root.certificateFile)) await make('root', ROOT_DAYS, rootSettings(name));
  const signedBy = ['-CA', root.certificateFile, '-CAkey', root.keyFile];
  return {
    certificateFile: root.certificateFile,
    issue: (file, names) => make(file, SERVER_DAYS, serverSettings(names), ...signedBy),
  };
}
