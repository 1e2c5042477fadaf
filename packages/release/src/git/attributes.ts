/**
 * Attributes that keep git from changing files when it adds them or checks them out. In a
 * repository's `info/attributes` they come before those of any .gitattributes (gitattributes(5)).
 */
export const AS_IT_IS = '* -text -ident -filter !working-tree-encoding';
