/** A file of Node.js' download site: `/v20.20.0/node-v20.20.0-linux-x64.tar.xz`. */
export interface NodeFile {
  /** Without the `v`. */
  readonly version: string;
  readonly file: string;
}

/** @returns undefined for paths that the mirror doesn't have. */
export function parseNodePath(path: string, architecture: string): NodeFile | undefined {
  const [, version, file] = /^\/v(\d+\.\d+\.\d+)\/([^/]+)$/.exec(path) ?? [];
  if (version === undefined || file === undefined) return undefined;
  return nodeFiles(version, architecture).includes(file) ? { version, file } : undefined;
}

/** The mirror's files of a version. */
export function nodeFiles(version: string, architecture: string): readonly string[] {
  const name = `node-v${version}-linux-${architecture}`;
  return ['SHASUMS256.txt', `${name}.tar.xz`, `${name}.tar.gz`];
}
