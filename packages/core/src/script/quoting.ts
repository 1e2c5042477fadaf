/**
 * In which quotes a shell would be after reading `text`: what kind, or undefined
 * when a word put there would be read as a word. Knows `'…'`, `"…"`, `\x`, `$(…)`
 * within double quotes, `# comments` and backquotes; heredocs are not looked at.
 */
export function quotingAt(text: string): string | undefined {
  const open: ('"' | "'" | '`' | '#' | '(')[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const inside = open.at(-1);
    if (inside === "'") {
      if (char === "'") open.pop();
    } else if (inside === '#') {
      if (char === '\n') open.pop();
    } else if (char === '\\') {
      at += 1;
    } else if (char === inside && (char === '"' || char === '`')) {
      open.pop();
    } else if (char === '(' && (inside === '(' || text.charAt(at - 1) === '$')) {
      open.push('(');
    } else if (char === ')' && inside === '(') {
      open.pop();
    } else if (char === '"' || char === '`' || (char === "'" && inside !== '"')) {
      open.push(char);
    } else if (char === '#' && inside !== '"' && /[\s;(]|^$/.test(text.charAt(at - 1))) {
      open.push('#');
    }
  }
  switch (open.at(-1)) {
    case "'":
      return 'single quotes';
    case '"':
      return 'double quotes';
    case '`':
      return 'backquotes';
    case '#':
      return 'a comment';
    default:
      return undefined;
  }
}
