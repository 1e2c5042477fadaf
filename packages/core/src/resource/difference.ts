/** How one field of a state differs; `undefined` stands for absent. */
export type Difference =
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly from: string | undefined;
      readonly to: string | undefined;
    }
  /** Text of several lines; `hunks` is a unified diff without its header. */
  | { readonly kind: 'text'; readonly field: string; readonly hunks: string }
  /** Differs, but its values may not be shown. */
  | { readonly kind: 'hidden'; readonly field: string };
