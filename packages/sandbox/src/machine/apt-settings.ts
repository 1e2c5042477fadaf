/** The lines of `apt-config dump` about which downloads apt accepts and wants. */
export function downloadSettings(dump: string): string {
  return dump
    .split('\n')
    .filter((line) => /^Acquire::(Check-Valid-Until|Check-Date|Languages|Retries)[: ]/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The proxy that apt uses for a URL, from `apt-config dump` (apt.conf(5), 'Acquire::http::Proxy').
 * @returns undefined when it connects directly.
 */
export function aptProxy(
  dump: string,
  url: URL,
  environment: NodeJS.ProcessEnv = {},
): string | undefined {
  const scheme = url.protocol.slice(0, -1);
  const setting = (key: string): string | undefined =>
    dump
      .split('\n')
      .map((line) => /^(\S+) "(.*)";$/.exec(line))
      .find((match) => match?.[1]?.toLowerCase() === key.toLowerCase())?.[2];
  const configured =
    setting(`Acquire::${scheme}::Proxy::${url.hostname}`) ??
    setting(`Acquire::${scheme}::Proxy`) ??
    (scheme === 'https' ? setting('Acquire::http::Proxy') : undefined);
  if (configured !== undefined && configured !== '') {
    return configured === 'DIRECT' ? undefined : configured;
  }
  return environmentProxy(url, environment);
}

/** The proxy that the usual variables name for a URL: http_proxy, https_proxy, no_proxy. */
export function environmentProxy(url: URL, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = (name: string): string | undefined =>
    environment[name] ?? environment[name.toUpperCase()];
  const without = (variable('no_proxy') ?? '')
    .split(',')
    .map((name) => name.trim().replace(/^\*?\./, ''))
    .filter((name) => name !== '');
  const excluded = without.some(
    (name) => name === '*' || url.hostname === name || url.hostname.endsWith(`.${name}`),
  );
  if (excluded) return undefined;
  const proxy = variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  return proxy === '' ? undefined : proxy;
}
