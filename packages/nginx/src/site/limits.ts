import type { Limit } from '../section/limit-schema.js';
import type { SiteSection } from '../section/section.js';

/** How many requests each visitor may send, as templates write it. */
export interface RequestLimit {
  /** Where nginx counts them (ngx_http_limit_req_module). */
  readonly zone: string;
  readonly burst: number;
}

interface Zone {
  /** Of the path, as written in the file; undefined: of the site. */
  readonly path?: string;
  readonly zone: string;
  /** In nginx's form: `10r/s`. */
  readonly rate: string;
}

/** The limits of a site and of its paths. */
export interface Limits {
  readonly zones: readonly Zone[];
  readonly site?: RequestLimit;
  /** By path, as written in the file. Without one: that of the site. */
  readonly paths: Readonly<Record<string, RequestLimit>>;
}

/** The zone that counts nobody. See templates/nginx.conf.ejs. */
const UNLIMITED: RequestLimit = { zone: 'unlimited', burst: 0 };

/** @param name of the site */
export function limitsOf(name: string, { limit, paths }: SiteSection): Limits {
  // Names have no `_`: no two sites have the same.
  const own = zoneOf(`site_${name}`, limit);
  const others = Object.entries(paths).map(([path, settings], at) => ({
    path,
    unlimited: settings.limit === false && limit !== undefined,
    found: zoneOf(`site_${name}_${String(at + 1)}`, settings.limit),
  }));
  return {
    zones: [
      ...(own ? [own.zone] : []),
      ...others.flatMap(({ path, found }) => (found ? [{ path, ...found.zone }] : [])),
    ],
    ...(own && { site: own.limit }),
    paths: Object.fromEntries(
      others.flatMap(({ path, unlimited, found }) => {
        const limited = unlimited ? UNLIMITED : found?.limit;
        return limited ? [[path, limited]] : [];
      }),
    ),
  };
}

function zoneOf(
  zone: string,
  limit: Limit | false | undefined,
): { readonly zone: Zone; readonly limit: RequestLimit } | undefined {
  if (!limit) return undefined;
  const [count = '', unit = ''] = limit.requests.split('/');
  return { zone: { zone, rate: `${count}r/${unit}` }, limit: { zone, burst: limit.burst } };
}
