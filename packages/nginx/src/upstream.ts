import { portOf, type Application, type Colour, type Process } from '@fairness-deploy/core';
import { fromTemplate } from './from-template.js';

/** A process that is reached from outside. */
export interface RoutedProcess extends Process {
  readonly route: string;
}

export function routedProcesses({ processes }: Application): readonly RoutedProcess[] {
  return processes.flatMap((process) =>
    process.route === undefined ? [] : [{ ...process, route: process.route }],
  );
}

/** The name by which sites send requests to a process, but for its colour: `shop-api` of `shop-api-$colour`. */
export function upstreamName(application: Application, process: Process): string {
  return `${application.name}-${process.name}`;
}

/**
 * The file of a process's upstreams, within nginx's folder. One each: a site that isn't
 * changed yet may still name a process that is gone, and nginx refuses names that it doesn't
 * know, so its upstreams must not go with another's change.
 */
export function upstreamFile(application: Application, process: Process): string {
  return `upstreams/${upstreamName(application, process)}.conf`;
}

/** Where a process listens, in each colour. */
export function upstream(application: Application, process: Process): string {
  const server = (colour: Colour): string => `127.0.0.1:${String(portOf(process, colour))}`;
  return fromTemplate('upstream.conf.ejs', {
    colours: [
      {
        name: `${upstreamName(application, process)}-blue`,
        own: server('blue'),
        other: server('green'),
      },
      {
        name: `${upstreamName(application, process)}-green`,
        own: server('green'),
        other: server('blue'),
      },
    ],
  });
}
