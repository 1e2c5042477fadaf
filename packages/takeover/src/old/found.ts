import { parseRecord, type TakeoverRecord } from '../section/record.js';

/** What is on the host, as readOld() prints it. */
export interface Found {
  /** Whether a release of ours has the traffic. */
  readonly live: boolean;
  readonly record: TakeoverRecord | undefined;
  /** The target of blue's link. */
  readonly blue: string | undefined;
  /** The sections of Supervisor's file; undefined: there is none. */
  readonly programs: string | undefined;
  /** nginx.conf. */
  readonly main: string | undefined;
  /** The old files of nginx's folder sites-enabled, by their names. */
  readonly sites: ReadonlyMap<string, string>;
  /** The owner of the checkout; undefined: there is none. */
  readonly checkout: string | undefined;
  /** Whether the checkout is in its owner's home. */
  readonly ownHome: boolean;
  /** Why root must not use the checkout: others could direct it elsewhere. */
  readonly unsafe: string | undefined;
  /** Mount points in what is to be removed. */
  readonly mounts: readonly string[];
  /** Files that are too large to be of the old roles. */
  readonly large: readonly string[];
  /** Files with variables, within the checkout. */
  readonly variables: readonly string[];
  /** The folders of release.shared that the checkout has. */
  readonly shared: readonly string[];
  /** The folder of uploads, when there are any. */
  readonly uploads: string | undefined;
  readonly nvm: string | undefined;
  /** Links in /usr/local/bin to the Node.js of nvm. */
  readonly links: readonly string[];
  readonly dhparams: boolean;
  readonly certificates: readonly string[];
}

export function parseFound(output: string): Found {
  const rows = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf('\t');
      return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    });
  const of = (key: string): readonly string[] =>
    rows.flatMap(([name, value = '']) => (name === key ? [value] : []));
  const programs = of('programs');
  return {
    live: of('live').length > 0,
    record: parseRecord(of('record').join('\n'), of('group')),
    blue: of('blue')[0],
    programs: programs.length === 0 ? undefined : programs.join('\n'),
    main: of('main').length === 0 ? undefined : of('main').join('\n'),
    sites: sitesIn(rows),
    checkout: of('checkout')[0],
    ownHome: of('own-home').length > 0,
    unsafe: of('unsafe').length === 0 ? undefined : of('unsafe').join('\n'),
    mounts: of('mount'),
    large: of('large'),
    variables: of('variables'),
    shared: of('shared'),
    uploads: of('uploads')[0],
    nvm: of('nvm')[0],
    links: of('link'),
    dhparams: of('dhparams').length > 0,
    certificates: of('certificate'),
  };
}

/** Each file's lines come after its name. */
function sitesIn(rows: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const sites = new Map<string, string>();
  let last: string | undefined;
  for (const [key, value = ''] of rows) {
    if (key === 'site') {
      last = value;
      sites.set(value, '');
    }
    if (key === 'nginx' && last !== undefined) {
      sites.set(last, `${sites.get(last) ?? ''}${value}\n`);
    }
  }
  return sites;
}
