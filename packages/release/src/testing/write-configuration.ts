import { lines, sh, type Script } from '@fairness-deploy/shell';
import { COLOURS } from '../application/colour.js';
import type { Layout } from '../application/layout.js';
import {
  programsJson,
  programsLines,
  programsName,
  PROGRAMS_JSON,
} from '../application/programs-file.js';
import type { Release } from '../application/release.js';

/** Writes what a release has for its programs, as its deployment does. */
export function writeConfiguration(
  { configuration }: Pick<Layout, 'configuration'>,
  { id, programs }: Release,
  files: Readonly<Record<string, string>>,
): Script {
  const all = [
    ...Object.entries(files),
    [PROGRAMS_JSON, programsJson(programs)] as const,
    ...COLOURS.map((colour) => [programsName(colour), programsLines(programs, colour)] as const),
  ];
  const folder = `${configuration}/${id}`;
  return lines(
    sh`mkdir -p ${folder}`,
    ...all.map(([name, text]) => sh`printf %s ${text} >${`${folder}/${name}`}`),
  );
}
