/** The value of a field of a state; text of several lines is shown as a diff. */
export type StateValue = string | number | boolean | readonly string[] | undefined;

/** A state is one flat record, so that each difference has a field's name. */
export type FlatState<State> = { readonly [Field in keyof State]: StateValue };
