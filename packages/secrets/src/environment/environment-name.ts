/**
 * The allowed names of an environment. Messages print them, and people paste them from hints, so
 * they have no characters with a meaning for a terminal or a shell. Core is stricter.
 */
export const ENVIRONMENT_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u;

/** The rule for such a name, for messages. */
export const ENVIRONMENT_NAME_RULE =
  "expected an environment's name of letters, digits, _, . and -, not beginning with . or -";
