import { plain } from '../issues/show-value.js';

interface YamlMessage {
  readonly message: string;
  readonly hint?: string;
}

/** The errors that people make, by the YAML parser's code, with what to do. */
const MESSAGES: Readonly<Record<string, YamlMessage>> = {
  TAB_AS_INDENT: {
    message: 'a tab in the indentation, expected spaces',
    hint: 'replace it with two spaces',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second "key: value" on one line',
    hint: 'put quotes around a text that holds ": ", and align keys of one map',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'expected "key: value", got a line without a colon',
    hint: 'put the colon after the key, or indent the line if it continues a text',
  },
  MULTIPLE_DOCS: {
    message: 'a second document begins here (---), expected one',
    hint: 'keep one document a file',
  },
  RESOURCE_EXHAUSTION: { message: 'nested too deep' },
};

/** The message about an error of the YAML parser. */
export function yamlMessage(code: string, original: string): YamlMessage {
  return MESSAGES[code] ?? { message: `not valid YAML: ${plain(original)}` };
}
