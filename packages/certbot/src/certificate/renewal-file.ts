/** How Certbot will renew a certificate: its file renewal/<name>.conf. */
export interface Renewal {
  readonly server: string;
  readonly keyType: string;
  /** `webroot /path`, `dns /path of the program`, or the authenticator's name. */
  readonly challenge: string;
  /** Commands before and after a renewal, which might stop nginx. */
  readonly hooks: readonly string[];
  /** False when the timer leaves it alone. */
  readonly renews: boolean;
}

/**
 * Reads the file, which is in ConfigObj's format
 * (https://configobj.readthedocs.io/en/latest/configobj.html#the-config-file-format): lines
 * `key = value` in sections. Certbot itself writes it; lines that are none are skipped.
 */
export function parseRenewal(text: string): Renewal {
  const options = new Map<string, string>();
  const webroots = new Set<string>();
  let section = '';
  for (const line of text.split('\n')) {
    const [, header] = /^\s*(\[+[^\]]*\]+)\s*(?:#.*)?$/.exec(line) ?? [];
    if (header !== undefined) {
      section = header.replaceAll(/\s/g, '');
      continue;
    }
    const [, key, value] = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (section === '[renewalparams]') options.set(key, unquoted(value));
    if (section === '[[webroot_map]]') webroots.add(unquoted(value));
  }
  return {
    server: options.get('server') ?? '',
    // Certbot's own default for files without it: they were written when there was no other.
    keyType: options.get('key_type') ?? 'rsa',
    challenge: challengeOf(options, webroots),
    hooks: ['pre_hook', 'post_hook'].flatMap((key) => {
      const value = options.get(key);
      return value === undefined ? [] : [`${key}: ${value}`];
    }),
    renews: options.get('autorenew') !== 'False',
  };
}

function challengeOf(options: ReadonlyMap<string, string>, webroots: ReadonlySet<string>): string {
  const authenticator = options.get('authenticator') ?? '';
  if (authenticator === 'webroot') {
    const path = options.get('webroot_path')?.replace(/,$/, '') ?? '';
    return ['webroot', ...(webroots.size > 0 ? webroots : [path])].join(' ');
  }
  if (authenticator !== 'manual') return authenticator;
  const programs = ['manual_auth_hook', 'manual_cleanup_hook'].flatMap(
    (key) => options.get(key) ?? [],
  );
  return ['dns', ...programs].join(' ');
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
}
