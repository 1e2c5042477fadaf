import { COLOURS, listenAddress, type Colour } from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { fromTemplate } from './from-template.js';

/** A process with a route. */
export type RoutedProcess = Process & { readonly route: string };

export function routedProcesses({ processes }: Application): readonly RoutedProcess[] {
  return processes.flatMap((process) =>
    process.route === undefined ? [] : [{ ...process, route: process.route }],
  );
}

/**
 * The name by which sites send requests to a process, without its colour: `shop-api` of
 * `shop-api-$colour`.
 */
export function upstreamName(application: Application, process: Process): string {
  return `${application.name}-${process.name}`;
}

/**
 * The file of a process's upstreams, within nginx's folder. One file each: a site that isn't
 * changed yet may still name a removed process, and nginx refuses unknown names, so upstreams must
 * not be removed by another process's change.
 */
export function upstreamFile(application: Application, process: Process): string {
  return `upstreams/${upstreamName(application, process)}.conf`;
}

/** Where a process listens, in each colour. */
export function upstream(application: Application, process: Process): string {
  return fromTemplate('upstream.conf.ejs', {
    upstreams: COLOURS.map((colour) => ({
      name: `${upstreamName(application, process)}-${colour}`,
      server: upstreamServer(application, process, colour),
    })),
  });
}

/** The address of a process in nginx's form (ngx_http_upstream_module, server). */
export function upstreamServer(application: Application, process: Process, colour: Colour): string {
  const address = listenAddress(application, process, colour);
  return typeof address === 'number' ? `127.0.0.1:${String(address)}` : `unix:${address}`;
}
