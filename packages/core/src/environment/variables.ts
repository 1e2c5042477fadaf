import { type Located, type Report, showValue } from '@fairness-deploy/environment-file';
import type { Variables } from './interpolate.js';

/**
 * Reads `vars`: a flat map of text, numbers, true and false. A variable refers to nothing else, so
 * that its whole value is written in one place.
 */
export function readVariables(node: Located | undefined, report: Report): Variables {
  const variables = new Map<string, string | number | boolean | undefined>();
  if (node === undefined) return variables;
  if (node.kind !== 'map') {
    if (node.kind === 'scalar' && node.value === null) return variables;
    const actual = node.kind === 'list' ? 'a list' : showValue(node.value);
    report({
      place: node.place,
      path: ['vars'],
      message: `expected a map of variables, got ${actual}`,
    });
    return variables;
  }
  for (const [name, { place, value }] of node.entries) {
    const path = ['vars', name];
    variables.set(name, undefined);
    if (!/^[A-Za-z_][\w-]*$/.test(name)) {
      report({
        place,
        path,
        message: 'expected a name of letters, digits, - and _, not beginning with a digit',
      });
    } else if (value.kind !== 'scalar' || value.value === null) {
      const actual = value.kind === 'scalar' ? 'nothing' : `a ${value.kind}`;
      report({
        place: value.place,
        path,
        message: `expected text, a number, true or false, got ${actual}`,
      });
    } else if (typeof value.value === 'string' && value.value.includes('${')) {
      const message = 'a variable refers to no other variable or secret';
      report({
        place: value.place,
        path,
        message,
        hint: 'write what it stands for, or join the two where they are used',
      });
    } else {
      variables.set(name, value.value);
    }
  }
  return variables;
}
