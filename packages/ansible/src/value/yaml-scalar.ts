/** What a plain scalar means for PyYAML, which Ansible uses: YAML 1.1, but for `y` and `n`. */
import type { Value } from './value.js';

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const INTEGER =
  /^([-+]?)(?:0b([0-1_]+)|0x([0-9a-fA-F_]+)|(0[0-7_]+)|((?:0|[1-9][0-9_]*))|([1-9][0-9_]*(?::[0-5]?[0-9])+))$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;

export function plainScalar(text: string): Value {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  const integer = INTEGER.exec(text);
  if (integer) return integerOf(integer) ?? text;
  if (FLOAT.test(text)) return Number(text.replaceAll('_', ''));
  return text;
}

/** undefined for one that JavaScript can't hold: it stays as it is written. */
function integerOf(found: RegExpExecArray): number | undefined {
  const [, sign, binary, hexadecimal, octal, decimal, sixties] = found.map(
    (part: string | undefined) => part?.replaceAll('_', ''),
  );
  const value =
    sixties !== undefined
      ? sixties.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
      : binary !== undefined
        ? parseInt(binary, 2)
        : hexadecimal !== undefined
          ? parseInt(hexadecimal, 16)
          : octal !== undefined
            ? parseInt(octal, 8)
            : Number(decimal);
  if (!Number.isSafeInteger(value)) return undefined;
  return sign === '-' && value !== 0 ? -value : value;
}
