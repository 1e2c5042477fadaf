/** The names that `${secrets.name}` can have. */
export const SECRET_NAME = /^[A-Za-z_][\w-]*$/;

/** The rule for such a name, for messages. */
export const SECRET_NAME_RULE =
  'expected a name of letters, digits, - and _, not beginning with a digit';
