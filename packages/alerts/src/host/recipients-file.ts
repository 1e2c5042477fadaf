import type { Section } from '../section/section.js';
import { Text } from '@fairness-deploy/shell/secret';

/** The recipients as JSON: see the program's outbox. */
export function recipientsFile({ notify, deadMansSwitch }: Section): Text {
  const urls = notify.flatMap((one) => ('url' in one ? [one.url] : []));
  const mails = notify.flatMap((one) => ('mail' in one ? [Text.of(one.mail)] : []));
  return Text.of(
    '{"urls":',
    listOf(urls),
    ',"mails":',
    listOf(mails),
    ...(deadMansSwitch ? [',"deadMansSwitch":', inJson(deadMansSwitch)] : []),
    '}\n',
  );
}

function listOf(texts: readonly Text[]): Text {
  return Text.of(
    '[',
    ...texts.flatMap((one, at) => (at === 0 ? [inJson(one)] : [',', inJson(one)])),
    ']',
  );
}

/** A string of JSON. */
function inJson(text: Text): Text {
  return Text.of(
    '"',
    text.map((part) => JSON.stringify(part).slice(1, -1)),
    '"',
  );
}
