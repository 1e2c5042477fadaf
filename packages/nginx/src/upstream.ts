import type { Application, Process } from '@fairness-deploy/core';
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

/** The name by which sites send requests to a process. */
export function upstreamName(application: Application, process: Process): string {
  return `${application.name}-${process.name}`;
}

/**
 * The file of a process's upstream, within nginx's folder. One each: a site that isn't
 * changed yet may still name a process that is gone, and nginx refuses names that it doesn't
 * know, so its upstream must not go with another's change.
 */
export function upstreamFile(application: Application, process: Process): string {
  return `upstreams/${upstreamName(application, process)}.conf`;
}

/** Where a process listens. */
export function upstream(application: Application, process: Process): string {
  return fromTemplate('upstream.conf.ejs', {
    name: upstreamName(application, process),
    server: `127.0.0.1:${String(process.port)}`,
  });
}
