import type { Difference } from './difference.js';
import type { FlatState, StateValue } from './state.js';
import { diffText } from './text-diff.js';

/** Longer lists are shown with one item a line. */
const SHORT_LIST_CHARACTERS = 60;

/**
 * How a state differs from the wanted one; either may be absent. A field that is undefined in the
 * wanted state never differs.
 *
 * @param options.hidden fields whose values may not be shown, only that they differ
 * @param options.shown `from` as people may see it; default: as it is
 */
export function differences<State extends FlatState<State>>(
  from: State | undefined,
  to: State | undefined,
  {
    hidden = [],
    shown = from,
  }: {
    readonly hidden?: readonly (keyof State & string)[] | undefined;
    readonly shown?: State | undefined;
  } = {},
): readonly Difference[] {
  // Sound: a state has no fields but its own.
  const fields = Object.keys(to ?? from ?? {}) as (keyof State & string)[];
  return fields.flatMap((field) => {
    const [before, after] = [from?.[field], to?.[field]];
    if (to && after === undefined) return [];
    if (same(before, after) || (!(from && to) && isNothing(before) && isNothing(after))) return [];
    if (hidden.includes(field)) return [{ kind: 'hidden', field }];
    return [difference(field, shown?.[field], after)];
  });
}

function isNothing(value: StateValue): boolean {
  return value === undefined || (typeof value === 'object' && value.length === 0);
}

function same(one: StateValue, other: StateValue): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

function difference(field: string, before: StateValue, after: StateValue): Difference {
  const long = [before, after].some(
    (value) => (inLine(value)?.length ?? 0) > SHORT_LIST_CHARACTERS,
  );
  const [from, to] = [before, after].map((value) =>
    long && typeof value === 'object' ? value.map((item) => `${item}\n`).join('') : inLine(value),
  );
  if (!from?.includes('\n') && !to?.includes('\n')) return { kind: 'value', field, from, to };
  return { kind: 'text', field, hunks: diffText(from ?? '', to ?? '') };
}

function inLine(value: StateValue): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value?.toString();
}
