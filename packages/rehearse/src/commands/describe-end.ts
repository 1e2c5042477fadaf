import type { PluginEvent } from '@fairness-deploy/core/commands';
import { quote } from '@fairness-deploy/shell/text';

/** A place where the rehearsed application answers. */
export interface Answering {
  /** As people type it. */
  readonly url: string;
  /** The IP address of a host that answers for it. */
  readonly address: string;
}

/** How a rehearsal ended. */
export interface RehearsalEnd {
  readonly environment: string;
  readonly success: boolean;
  /** Whether the hosts stay. */
  readonly isKept: boolean;
  readonly hosts: readonly { readonly name: string; readonly login: string }[];
  readonly answering: readonly Answering[];
  /** The PEM file of the CA that signed the certificates; undefined: there is none. */
  readonly root?: string | undefined;
  /** What could not be rehearsed, a line each. */
  readonly leftOut: readonly string[];
}

/** The command that shows a page of a kept rehearsal, whatever DNS says of its name. */
export function curlFor({ url, address }: Answering, root: string | undefined): string {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const at = port === '' ? (isSecure ? '443' : '80') : port;
  return [
    'curl',
    ...(hostname === address ? [] : ['--resolve', `${hostname}:${at}:${address}`]),
    ...(isSecure && root !== undefined ? ['--cacert', root] : []),
    url,
  ]
    .map(quote)
    .join(' ');
}

/** The end of a rehearsal, for people. */
export function describeEnd(end: RehearsalEnd): string {
  const { environment, success, isKept, hosts, answering, root, leftOut } = end;
  return [
    ...(leftOut.length === 0
      ? []
      : ['Not rehearsed:', ...leftOut.map((line) => `  - ${line.replaceAll(/\s+/g, ' ')}`)]),
    ...(isKept
      ? [
          'The hosts stay:',
          ...hosts.map(({ name, login }) => `  ${name}  ${login}`),
          ...(success && answering.length > 0
            ? ['See it:', ...answering.map((one) => `  ${curlFor(one, root)}`)]
            : []),
          `Remove them: npx nx run ${environment}:rehearse --remove`,
        ]
      : []),
    `The rehearsal has ${success ? 'passed' : 'failed'}${isKept ? '' : '; its hosts are removed'}`,
  ].join('\n');
}

/** The same for machines. */
export function eventOf({ leftOut, answering, root, ...end }: RehearsalEnd): PluginEvent {
  return {
    type: 'rehearsal',
    ...end,
    answering: answering.map((one) => ({ ...one, curl: curlFor(one, root) })),
    notRehearsed: leftOut,
    ...(root !== undefined && { root }),
  };
}
