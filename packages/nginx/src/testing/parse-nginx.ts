/** A directive of nginx's configuration, such as a dump by `nginx -T` has. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** Undefined: it has none. */
  readonly block?: readonly Directive[];
}

type Token = { readonly word: string } | ';' | '{' | '}';

/** Words as nginx reads them (ngx_conf_file.c, ngx_conf_read_token): quotes, backslashes, comments, `${…}`. */
function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  const escaped = (): string => {
    at += 1;
    const next = text[at] ?? '';
    at += 1;
    if (/["' \\]/.test(next)) return next;
    return { t: '\t', r: '\r', n: '\n' }[next] ?? `\\${next}`;
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/\s/.test(character)) at += 1;
    else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else if (character === ';' || character === '{' || character === '}') {
      found.push(character);
      at += 1;
    } else {
      const quote = character === '"' || character === "'" ? character : undefined;
      let word = '';
      if (quote !== undefined) at += 1;
      while (at < text.length) {
        const next = text[at] ?? '';
        if (next === '\\') word += escaped();
        else if (quote === undefined && next === '$' && text[at + 1] === '{') {
          const end = text.indexOf('}', at) + 1;
          word += text.slice(at, end);
          at = end;
        } else if (quote === undefined ? /[\s;{]/.test(next) : next === quote) break;
        else {
          word += next;
          at += 1;
        }
      }
      if (quote !== undefined) at += 1;
      found.push({ word });
    }
  }
  return found;
}

/** @throws Error when blocks or directives do not end. */
export function parseNginx(text: string): readonly Directive[] {
  const all = tokens(text);
  let at = 0;
  const block = (isTop: boolean): readonly Directive[] => {
    const directives: Directive[] = [];
    let words: string[] = [];
    for (; at < all.length; at += 1) {
      const token = all[at];
      if (token === undefined) break;
      if (typeof token === 'object') words.push(token.word);
      else if (token === '}') {
        if (isTop || words.length > 0) throw new Error('unexpected }');
        return directives;
      } else {
        const [name = '', ...args] = words;
        if (words.length === 0) throw new Error(`unexpected ${token}`);
        words = [];
        if (token === ';') directives.push({ name, args });
        else {
          at += 1;
          directives.push({ name, args, block: block(false) });
        }
      }
    }
    if (!isTop || words.length > 0) throw new Error('unexpected end');
    return directives;
  };
  return block(true);
}

/** All directives, with the blocks around each, the outer ones first. */
export function flatten(
  directives: readonly Directive[],
  around: readonly Directive[] = [],
): readonly { readonly directive: Directive; readonly around: readonly Directive[] }[] {
  return directives.flatMap((directive) => [
    { directive, around },
    ...flatten(directive.block ?? [], [...around, directive]),
  ]);
}
