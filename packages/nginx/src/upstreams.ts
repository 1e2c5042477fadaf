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

/** The file of an application's upstreams, within nginx's folder: one for all, so that one rename moves all. */
export function upstreamsFile(application: Application): string {
  return `upstreams/${application.name}.conf`;
}

/** Where the processes that are reached from outside listen. */
export function upstreams(application: Application): string {
  return fromTemplate('upstreams.conf.ejs', {
    upstreams: routedProcesses(application).map((process) => ({
      name: upstreamName(application, process),
      server: `127.0.0.1:${String(process.port)}`,
    })),
  });
}
