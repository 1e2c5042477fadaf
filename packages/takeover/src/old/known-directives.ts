/** The directives of nginx that the old roles wrote, and others without which a site is the same. */

/** Where a directive is: in nginx.conf, or in a file of sites-enabled. */
export type Context = 'main' | 'http' | 'site' | 'server' | 'location' | 'upstream';

/** Whether the words after a directive's name are known as well. */
type Known = (words: readonly string[]) => boolean;

const any: Known = () => true;
const oneOf =
  (...allowed: readonly string[]): Known =>
  (words) =>
    allowed.includes(words.join(' '));
const all = (...names: readonly string[]): readonly (readonly [string, Known])[] =>
  names.map((name) => [name, any] as const);

const LOGS = all('access_log', 'error_log', 'log_not_found');

/** Of our profile of TLS, or better there. Not the certificates of visitors. */
const TLS = all(
  ...['ssl_certificate', 'ssl_certificate_key', 'ssl_trusted_certificate', 'ssl_dhparam'],
  ...['ssl_session_timeout', 'ssl_session_cache', 'ssl_session_tickets', 'ssl_protocols'],
  ...['ssl_ciphers', 'ssl_prefer_server_ciphers', 'ssl_ecdh_curve'],
  ...['ssl_stapling', 'ssl_stapling_verify', 'resolver', 'resolver_timeout'],
);

/** A header of these has no other value. */
const headersOf =
  (values: ReadonlyMap<string, readonly string[]>): Known =>
  ([name = '', ...value]) =>
    values
      .get(name.toLowerCase())
      ?.includes(value.filter((word) => word !== 'always').join(' ')) === true;

const HEADERS: readonly (readonly [string, Known])[] = [
  [
    'add_header',
    headersOf(
      new Map([
        ['x-frame-options', ['DENY', 'SAMEORIGIN']],
        ['x-content-type-options', ['nosniff']],
        ['x-xss-protection', ['0', '1', '1; mode=block']],
      ]),
    ),
  ],
];

/** What ours sends to an application, too. */
const SENT = new Map([
  ['host', ['$host', '$http_host']],
  ['x-real-ip', ['$remote_addr']],
  ['x-forwarded-for', ['$remote_addr', '$proxy_add_x_forwarded_for']],
  ['x-forwarded-host', ['$host', '$http_host']],
  ['x-forwarded-proto', ['$scheme', 'https']],
  ['x-forwarded-port', ['$server_port', '443']],
  ['upgrade', ['$http_upgrade']],
  ['connection', ['$connection_upgrade', 'upgrade', '']],
]);

const TO_HTTPS = oneOf(
  ...['301', '302', '307', '308'].flatMap((status) =>
    ['$host', '$server_name', '$http_host'].map((name) => `${status} https://${name}$request_uri`),
  ),
);

/** On all addresses: ours does so. */
function isListen([address = '', ...options]: readonly string[]): boolean {
  return (
    /^(?:(?:\*|0\.0\.0\.0|\[::\]):)?\d{1,5}$/.test(address) &&
    options.every((one) =>
      ['default_server', 'ssl', 'http2', 'ipv6only=on', 'ipv6only=off'].includes(one),
    )
  );
}

/** By context, the directives by their names. */
export const KNOWN: Readonly<Record<Context, ReadonlyMap<string, Known>>> = {
  main: new Map([
    ...all('user', 'worker_processes', 'worker_rlimit_nofile', 'pid', 'error_log', 'events'),
    ['include', oneOf('/etc/nginx/modules-enabled/*.conf', 'modules-enabled/*.conf')],
    ['http', any],
  ]),
  http: new Map([
    ...LOGS,
    ...TLS,
    ...HEADERS,
    ...all('sendfile', 'tcp_nopush', 'tcp_nodelay', 'keepalive_timeout', 'keepalive_requests'),
    ...all('types_hash_max_size', 'types_hash_bucket_size', 'server_names_hash_bucket_size'),
    ...all('server_names_hash_max_size', 'default_type', 'log_format', 'map', 'server_tokens'),
    ...all('gzip', 'gzip_vary', 'gzip_proxied', 'gzip_comp_level', 'gzip_buffers'),
    ...all('gzip_http_version', 'gzip_types', 'gzip_min_length', 'gzip_disable', 'charset'),
    [
      'include',
      oneOf(
        ...['mime.types', 'conf.d/*.conf', 'sites-enabled/*', 'sites-enabled/*.conf'].flatMap(
          (path) => [path, `/etc/nginx/${path}`],
        ),
      ),
    ],
  ]),
  site: new Map([...HEADERS, ...all('upstream', 'server')]),
  server: new Map<string, Known>([
    ...LOGS,
    ...TLS,
    ...HEADERS,
    ['listen', isListen],
    ['server_name', (names) => names.every((name) => /^[A-Za-z0-9._-]*$/.test(name))],
    ['return', TO_HTTPS],
    ['location', any],
  ]),
  location: new Map<string, Known>([
    ...LOGS,
    // Which files are shown, the routes say.
    ...all('proxy_pass', 'root'),
    ...all('proxy_http_version', 'default_type'),
    ['proxy_cache_bypass', oneOf('$http_upgrade')],
    ['proxy_set_header', headersOf(SENT)],
    ['return', TO_HTTPS],
  ]),
  upstream: new Map<string, Known>([
    [
      'server',
      ([, ...options]) => options.every((one) => /^(?:weight|max_fails|fail_timeout)=/.test(one)),
    ],
    ...all('keepalive', 'keepalive_timeout', 'keepalive_requests', 'zone'),
  ]),
};

const SITE = 'nginx.sites.<name>';
const advise = (
  text: string,
  ...names: readonly string[]
): readonly (readonly [string, string])[] => names.map((name) => [name, text] as const);

/** The keys of the section nginx that take the places of others. */
export const ADVICE: ReadonlyMap<string, string> = new Map([
  ...advise(`${SITE}.basicAuth, of the whole site`, 'auth_basic', 'auth_basic_user_file'),
  ...advise(`${SITE}.allow, or ${SITE}.paths.<path>.allow`, 'allow', 'deny', 'satisfy'),
  ...advise(`${SITE}.redirects`, 'return', 'rewrite'),
  ...advise(`${SITE}.bodyLimit`, 'client_max_body_size'),
  ...advise(`${SITE}.limit`, 'limit_req', 'limit_req_zone'),
  ...advise(`${SITE}.timeout`, 'proxy_read_timeout', 'proxy_send_timeout'),
  ...advise(`${SITE}.headers, or ${SITE}.hsts`, 'add_header'),
  ...advise(`${SITE}.listen`, 'listen'),
  ...advise(`${SITE}.domains`, 'server_name'),
  ...advise(`${SITE}.routes`, 'alias', 'try_files', 'index'),
  ...advise('nginx.realIp', 'set_real_ip_from', 'real_ip_header'),
]);
