/** HTML that is safe to show: each value in it is escaped. */
export class Html {
  /** @param source markup; not text of others */
  constructor(readonly source: string) {}

  toString(): string {
    return this.source;
  }
}

type Value = string | number | Html | readonly Html[];

/**
 * Markup with values. Text is escaped, so that it means the same between tags and in an attribute with quotes; markup of
 * this function is taken as it is.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    parts.reduce((all, part, at) => `${all}${sourceOf(values[at - 1] ?? '')}${part}`),
  );
}

const NOTHING = new Html('');

/** Some markup, or none. */
export function when(condition: boolean, some: () => Html): Html {
  return condition ? some() : NOTHING;
}

function sourceOf(value: Value): string {
  if (value instanceof Html) return value.source;
  return typeof value === 'object' ? value.map(sourceOf).join('') : escaped(String(value));
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Characters that no document may have (HTML standard, 13.2.3.5), or that turn text around, are shown as `�`. */
function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => ESCAPES.get(character) ?? '')
    .replaceAll(/[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
