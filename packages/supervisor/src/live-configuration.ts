import { byColour, findLive, findReleaseId, layoutOf, COLOURS } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { lines, sh, type Script } from '@fairness-deploy/shell';
import { configurationFile, releaseFile } from './layout.js';
import { placeConfiguration } from './place-configuration.js';

const WRONG = ['differs', 'leftover'] as const;

/** What each word says that the read prints of a colour's configuration. */
const WORDS: Readonly<Record<(typeof WRONG)[number], string>> = {
  differs: 'differs from the file of the live release',
  leftover: 'left over: this colour has no release',
};

/**
 * The configuration of the live release's programs is as the release has brought it along, and there
 * is none of a colour without a release. Deployments write it; this repairs it.
 */
export function liveConfiguration(application: Application): Resource {
  const read = findWrong(application);
  const address = `supervisor-configuration:${application.name}` as const;
  return {
    address,
    after: [],
    follows: ['apt:packages'],
    read,
    plan(output) {
      const found = output.split('\n');
      const wrong = COLOURS.flatMap((colour) =>
        WRONG.filter((word) => found.includes(`${colour} ${word}`)).map((word) => ({
          colour,
          word,
        })),
      );
      if (wrong.length === 0) return undefined;
      return {
        action: 'update',
        differences: wrong.map(({ colour, word }) => ({
          ...{ kind: 'value', field: configurationFile(application.name, colour) },
          ...{ from: WORDS[word], to: word === 'differs' ? 'as it was' : undefined },
        })),
        apply: lines(
          ...wrong.map(({ colour, word }) =>
            word === 'differs'
              ? sh`
                (
                fd_colour=${colour}
                ${placeConfiguration(application, 'fd_colour')}
                )`
              : sh`rm -f -- ${configurationFile(application.name, colour)}`,
          ),
        ),
      };
    },
    equals: (other) => other.address === address && String(other.read) === String(read),
  };
}

function findWrong(application: Application): Script {
  const layout = layoutOf(application);
  return sh`
    ${findLive(layout)}
    if [ -n "$fd_live" ]; then
      ${findReleaseId(sh`${layout.colours}/"$fd_live"/release`, sh`fd_id=`)}
      ${byColour('fd_live', (colour) => {
        const file = configurationFile(application.name, colour);
        const made = sh`${layout.configuration}/"$fd_id"/${releaseFile(colour)}`;
        return sh`[ ! -f ${made} ] || cmp -s -- ${made} ${file} || echo ${`${colour} differs`}`;
      })}
    fi
    ${lines(
      ...COLOURS.map(
        (colour) =>
          sh`[ -L ${`${layout.colours}/${colour}/release`} ] || [ ! -e ${configurationFile(application.name, colour)} ] || echo ${`${colour} leftover`}`,
      ),
    )}`;
}
