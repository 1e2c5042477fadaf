import type { Section } from '../section/section.js';
import { Secret, Text } from '@fairness-deploy/shell/secret';

/** The recipients as JSON: see the program's outbox. All of it is secret: the path of a webhook is a password. */
export function recipientsFile({ notify, deadMansSwitch }: Section): Text {
  const urls = notify.flatMap((one) => ('url' in one ? [one.url] : []));
  const mails = notify.flatMap((one) => ('mail' in one ? [Text.of(one.mail)] : []));
  const whole = Text.of(
    '{"urls":',
    listOf(urls),
    ',"mails":',
    listOf(mails),
    ...(deadMansSwitch ? [',"deadMansSwitch":', inJson(deadMansSwitch)] : []),
    '}\n',
  );
  return whole.locked ? whole : Text.of(new Secret('recipients of alerts', whole.reveal()));
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
