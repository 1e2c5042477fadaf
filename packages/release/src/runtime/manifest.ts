import { HintedError } from '@fairness-deploy/shell/text';
import { isRecord } from '@fairness-deploy/environment-file';

/**
 * Parses a package.json.
 *
 * @throws HintedError when it is no JSON object.
 */
export function parseManifest(
  text: string,
  path: string,
  commit: string,
): Readonly<Record<string, unknown>> {
  const failure = `Cannot read ${path} of ${commit.slice(0, 10)}`;
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new HintedError(`${failure}: it is not valid JSON`, {
      hint: `check it: node --print 'JSON.parse(fs.readFileSync("${path}"))'`,
      cause,
    });
  }
  if (isRecord(value)) return value;
  throw new HintedError(`${failure}: expected an object`, { hint: 'such as { "name": "shop" }' });
}
