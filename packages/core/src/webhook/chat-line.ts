/**
 * A text as one line for a chat: it must not notify people there, nor make a link (`<!channel>`, `@all`).
 * Texts of others are in it, such as the subject of a commit.
 */
export function chatLine(text: string): string {
  return harmlessInChats(text.replaceAll(/[\s\p{Cc}]+/gu, ' '));
}

/** The same for text of several lines. */
export function harmlessInChats(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/@(?=\w)/g, '@\u200b');
}
