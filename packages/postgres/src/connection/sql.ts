import { Text } from '@fairness-deploy/shell/secret';

/**
 * A text of SQL, whose values are quoted already: see quoteLiteral() and quoteIdentifier().
 *
 * @throws RangeError as these do, which quote the values.
 */
export function sql(parts: TemplateStringsArray, ...values: readonly Text[]): Text {
  return Text.of(...parts.raw.flatMap((part, at) => [part, values[at] ?? '']));
}
