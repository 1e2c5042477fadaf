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

/** The last npm that came with each line of Node.js; the registry's `latest` for others. */
const npmVersions: Readonly<Record<string, string>> = {
  18: '10.8.2',
  20: '10.8.2',
  22: '10.9.4',
  24: '11.6.2',
};

export function npmVersionOf(nodeVersion: string): string {
  return npmVersions[nodeVersion.split('.')[0] ?? ''] ?? 'latest';
}
