import { defineResource, type ResourceType } from '../resource/define-resource.js';
import type { Difference } from '../resource/difference.js';
import type { Owned } from '../resource/owned.js';
import type { Address } from '../resource/resource.js';
import { sh, type Script } from '@fairness-deploy/shell';
import {
  liveContent,
  liveState,
  parseLive,
  PENDING,
  readLive,
  removeLive,
  writeLive,
  type LiveFile,
  type LiveFileState,
} from './live-file.js';
import { shownFile } from './file-text.js';
import { pathProbe } from './path-probe.js';

/** The parts of a file that a program loads. */
export interface LiveFileContent {
  readonly configuration: string;
}

/**
 * A type of files that a running program loads together with others: the part that its author
 * writes.
 */
export interface LiveFileDefinition<Identity> {
  /** The first part of the address. */
  readonly type: string;
  /** The second part of the address. */
  name(identity: Identity): string;
  /**
   * Refuses a spec that can't work, before any connection.
   *
   * @throws TypeError or RangeError that says what was given.
   */
  check(identity: Identity): void;
  /** Its path, its check and its load. */
  live(identity: Identity): LiveFile;
  /**
   * The program with which Debian's package installs the file itself, if it does: before that
   * program is installed, the file is expected. An absolute path.
   */
  broughtWith?(identity: Identity): string | undefined;
  /** Side effects of an update that people should know before: `processes: run → restarted`. */
  readonly effect?: Difference;
  /** As in a resource's definition. */
  owns?(identity: Identity): readonly Owned[];
  /** The resources that every file of this type comes after if they are declared. */
  follows(identity: Identity): readonly Address[];
}

/**
 * Makes a type of files that a running program loads together with others, any of which can break
 * the whole. A file goes live only when the program accepts all of its files with it. Then the
 * program loads it; when that fails, the file is restored as it was last loaded. Whether it is
 * loaded is a part of its state, so that an interrupted run loses nothing.
 *
 * @throws TypeError or RangeError (the returned function) as the definition's `check` does.
 */
export function defineLiveFile<Identity>(
  definition: LiveFileDefinition<Identity>,
): ResourceType<Identity & LiveFileContent, Identity & Partial<LiveFileContent>> {
  const pathOf = (identity: Identity): string => definition.live(identity).path;
  return defineResource<
    Identity & LiveFileContent,
    LiveFileState,
    Identity & Partial<LiveFileContent>
  >({
    type: definition.type,
    name: (spec) => definition.name(spec),
    check: (spec) => {
      definition.check(spec);
    },
    questions: (spec) => [{ probe: pathProbe, subject: pathOf(spec) }],
    read: (spec) =>
      readUnlessToCome(definition.broughtWith?.(spec), readLive(pathOf(spec), spec.configuration)),
    parse: (output, spec) => parseLive(output, pathOf(spec), spec.configuration),
    desired: ({ configuration }) => liveState(configuration),
    shown: shownFile,
    write: (spec) => writeLive(definition.live(spec), liveContent(spec.configuration)),
    remove: (spec) => removeLive(definition.live(spec)),
    follows: (spec) => definition.follows(spec),
    ...(definition.effect && { effect: definition.effect }),
    owns: (spec) => definition.owns?.(spec) ?? [],
  });
}

function readUnlessToCome(program: string | undefined, read: Script): Script {
  if (program === undefined) return read;
  return sh`
    [ -x ${program} ] || { ${PENDING}; exit 0; }
    ${read}`;
}
