/**
 * The parts of a running application, each behind those that it rests on: a failure of one explains the
 * failures of those that rest on it. `service` is a daemon that
 * processes need, such as a database's server; `upkeep` is what keeps the rest in order, such as backups, scheduled
 * jobs and pending changes: no request needs it.
 */
export const LAYERS = [
  'machine',
  'service',
  'database',
  'release',
  'supervision',
  'process',
  'proxy',
  'certificate',
  'name',
  'network',
  'tls',
  'answer',
  'upkeep',
] as const;

/** One of {@link LAYERS}. */
export type Layer = (typeof LAYERS)[number];

/** What each layer rests on directly. */
const BELOW: Readonly<Record<Layer, readonly Layer[]>> = {
  machine: [],
  service: ['machine'],
  database: ['service'],
  release: ['machine'],
  supervision: ['machine'],
  process: ['database', 'release', 'supervision'],
  proxy: ['machine'],
  certificate: ['proxy'],
  name: [],
  network: ['name', 'proxy'],
  tls: ['certificate', 'network'],
  answer: ['tls', 'process'],
  upkeep: ['database', 'release'],
};

/** Whether a layer rests on another one, directly or by those between. */
export function restsOn(layer: Layer, other: Layer): boolean {
  return BELOW[layer].some((one) => one === other || restsOn(one, other));
}

/** The layers in the order in which a request meets them, from the client on; upkeep is last. */
export const REQUEST_ORDER: readonly Layer[] = [
  'name',
  'network',
  'tls',
  'answer',
  'proxy',
  'certificate',
  'supervision',
  'process',
  'release',
  'database',
  'service',
  'machine',
  'upkeep',
];
