import { Text, type Secret } from '@fairness-deploy/shell/secret';

/** A git URL that can be shown, and its credentials apart from it. */
export interface RepositoryUrl {
  /** Without credentials, so that it may stand on a command line and in a log. */
  readonly url: string;
  readonly scheme: Scheme;
  /** For https: `user:password`, as HTTP's basic authentication wants it (RFC 7617). */
  readonly credentials?: Text;
}

const SCHEMES = ['https', 'http', 'ssh', 'git', 'file'] as const;
type Scheme = (typeof SCHEMES)[number];

/** What is wrong with a URL, and a hint. */
export interface UrlProblem {
  readonly message: string;
  readonly hint?: string;
}

const SCP_LIKE = /^[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!\/\/)[^\s]+$/;
/** A placeholder for a secret, to check the URL's form. */
const HIDDEN = '\0';

/** Whether the text is a URL, and not a path on the client (git-fetch(1), GIT URLS). */
export function isUrl(text: Text): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text.toString()) || SCP_LIKE.test(text.toString());
}

/** Reads a URL in git's forms: `https://…`, `ssh://…`, `git://…`, `file://…` or `user@host:path`. */
export function parseRepositoryUrl(text: Text): RepositoryUrl | UrlProblem {
  const form = text.parts.map((part) => (typeof part === 'string' ? part : HIDDEN)).join('');
  if (SCP_LIKE.test(form)) return { scheme: 'ssh', url: form };
  const [, scheme = '', user, rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/]*)@)?(.*)$/.exec(form) ?? [];
  if (!isScheme(scheme) || rest === '' || rest.startsWith('-') || /[\p{Cc}\s]/u.test(rest)) {
    if (rest.includes(HIDDEN)) return misplacedSecret();
    return {
      message: `expected a URL that begins with ${SCHEMES.map((name) => `${name}://`).join(', ')}, or user@host:path`,
    };
  }
  if (user === undefined) return { scheme, url: form };
  const secret = user.includes(HIDDEN);
  if (!secret && !user.includes(':')) return { scheme, url: form };
  if (!secret) {
    return {
      message: 'a password cannot stand here in plain text',
      hint: 'put it into the secrets: https://user:${secrets.name}@…',
    };
  }
  if (scheme !== 'https' && scheme !== 'file') {
    return { message: `a password is sent over https only, not over ${scheme}` };
  }
  return { scheme, url: `${scheme}://${rest}`, credentials: credentials(user, text.secrets) };
}

/** Plain parts are percent-encoded as in any URL; a secret is used as it is. */
function credentials(user: string, secrets: readonly Secret[]): Text {
  const [first = '', ...others] = user.split(HIDDEN);
  const whole = Text.of(
    decode(first),
    ...others.flatMap((plain, at) => [secrets[at] ?? '', decode(plain)]),
  );
  return user.includes(':') ? whole : Text.of(whole, ':');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function misplacedSecret(): UrlProblem {
  return {
    message: 'a secret can stand only in front of the host',
    hint: 'https://user:${secrets.name}@host/path',
  };
}

function isScheme(text: string): text is Scheme {
  return SCHEMES.some((scheme) => scheme === text);
}
