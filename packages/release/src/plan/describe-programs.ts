import type { Program } from '../application/program.js';

/**
 * How the processes of a release differ from those of the live one, for people: `processes: web is new,
 * client ends with the live release`. Undefined when they don't, or when nothing is live.
 */
export function describePrograms(
  previous: readonly Program[],
  next: readonly Program[],
): string | undefined {
  if (previous.length === 0) return undefined;
  const all = (programs: readonly Program[]): readonly string[] => [
    ...new Set(programs.map(({ process }) => process)),
  ];
  const [before, after] = [all(previous), all(next)];
  const added = after.filter((name) => !before.includes(name));
  const removed = before.filter((name) => !after.includes(name));
  const parts = [
    ...(added.length > 0 ? [`${added.join(', ')} ${added.length > 1 ? 'are' : 'is'} new`] : []),
    ...(removed.length > 0
      ? [`${removed.join(', ')} ${removed.length > 1 ? 'end' : 'ends'} with the live release`]
      : []),
  ];
  return parts.length === 0 ? undefined : `processes: ${parts.join(', ')}`;
}
