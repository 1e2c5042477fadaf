/** The names in DNS of a copied environment: none of those that the first one answers to. */

/** What is known of both environments. */
export interface Names {
  /** The name of the new environment. */
  readonly environment: string;
  /** The host name of the first one's URL. */
  readonly from?: string;
  /** The host name that the new one's URL has. */
  readonly to?: string;
}

/**
 * The name of the copy: below the URL's new host name, where it was below the URL's old one; else with the
 * environment's name before it. A wildcard stays one.
 */
export function copiedName(name: string, { environment, from, to }: Names): string {
  const [, wildcard = '', rest = name] = /^(\*\.)?(.*)$/.exec(name) ?? [];
  if (from !== undefined && to !== undefined) {
    if (rest === from) return wildcard + to;
    if (rest.endsWith(`.${from}`)) return wildcard + rest.slice(0, -from.length) + to;
  }
  return `${wildcard}${environment}.${rest}`;
}

/** The address of the copy's host: that of another machine in any case. */
export function copiedAddress(address: string, { environment, ...names }: Names): string {
  // An IP address or an alias says nothing of another machine.
  return /^[\d.]+$|:/.test(address) || !address.includes('.')
    ? `${environment}.example.org`
    : copiedName(address, { environment, ...names });
}

/** The URL of the copy. */
export function copiedUrl(url: string, names: Names): string {
  const copy = new URL(url);
  if (!/^[\d.]+$|^\[|^localhost$/.test(copy.hostname)) {
    copy.hostname = copiedName(copy.hostname, names);
  }
  // What is written without a slash stays so.
  return url.endsWith('/') ? copy.href : copy.href.replace(/\/$/, '');
}
