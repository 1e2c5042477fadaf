/**
 * The names that an environment can have. Messages print them, and people paste them from hints, so
 * there is nothing in them that means something to a terminal or a shell. Core asks for more.
 */
export const ENVIRONMENT_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u;

/** What it asks for, as messages have it. */
export const ENVIRONMENT_NAME_RULE =
  "expected an environment's name of letters, digits, _, . and -, not beginning with . or -";
