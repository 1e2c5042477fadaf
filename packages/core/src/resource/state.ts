/** What a field of a state may hold; text of several lines is shown as a diff. */
export type StateValue = string | number | boolean | readonly string[] | undefined;

/** A state is one flat record: what differs can be named by a field. */
export type FlatState<State> = { readonly [Field in keyof State]: StateValue };
