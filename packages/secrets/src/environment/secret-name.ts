/** The names that `${secrets.name}` can have. */
export const SECRET_NAME = /^[A-Za-z_][\w-]*$/;

/** What it asks for, as messages have it. */
export const SECRET_NAME_RULE =
  'expected a name of letters, digits, - and _, not beginning with a digit';
