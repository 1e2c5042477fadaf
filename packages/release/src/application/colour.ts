import { fail, literal, type Script, sh } from '@fairness-deploy/shell';
import type { Layout } from './layout.js';
import type { Release } from './release.js';

/**
 * The two places in which a release can run. One is live: it gets the traffic. The next release
 * starts in the other one, on ports of its own; then the two change their roles.
 */
export const COLOURS = ['blue', 'green'] as const;
export type Colour = (typeof COLOURS)[number];

/** A colour's folder, root's: its `release` is a link to the release in it. */
export function colourFolder({ colours }: Pick<Layout, 'colours'>, colour: Colour): string {
  return `${colours}/${colour}`;
}

/**
 * Sets `fd_live` to the colour that gets the traffic, empty when there is none yet, and `fd_idle`
 * to the free one.
 */
export function findLive(layout: Pick<Layout, 'live' | 'colours'>): Script {
  return sh`
    fd_live=$(readlink -- ${layout.live} || :)
    fd_live=\${fd_live#colours/}
    case $fd_live in
      blue) fd_idle=green ;;
      green) fd_idle=blue ;;
      *)
        fd_live='' fd_idle=blue
        # Without the link, blue has any traffic: the link was lost, or never made.
        [ ! -L ${colourFolder(layout, 'blue')}/release ] || fd_idle=green
        ;;
    esac`;
}

/** In the folder of a job that restarts the live release: the colour in which that starts. */
const COLOUR_FILE = '"$FD_JOB"/colour';

/** Notes the colour in which the live release restarts, for {@link findColour}. */
export function noteColour(colour: string): Script {
  return sh`printf '%s\n' ${colourIn(colour)} >${literal(COLOUR_FILE)}`;
}

/**
 * Sets `fd_colour` to the release's colour, and `fd_other` to the other one. The colour of a release that
 * restarts is the one that its job has noted ({@link noteColour}).
 *
 * @param otherwise runs when the release has no colour; default: fails
 */
export function findColour(
  layout: Layout,
  release: Release,
  otherwise: Script = fail(
    `Cannot find the colour of the release ${release.id}: ${layout.colours} has none of it`,
    'deploy again',
  ),
): Script {
  if (release.restarts) {
    return sh`
      fd_colour=$(cat -- ${literal(COLOUR_FILE)} 2>/dev/null) || fd_colour=
      case $fd_colour in
        blue) fd_other=green ;;
        green) fd_other=blue ;;
        *)
          ${otherwise}
          ;;
      esac`;
  }
  const target = linkTo(layout, release);
  const [blue, green] = COLOURS.map(
    (colour) =>
      sh`[ "$(readlink -- ${`${colourFolder(layout, colour)}/release`} || :)" = ${target} ]`,
  ) as [Script, Script];
  return sh`
    if ${blue}; then
      fd_colour=blue fd_other=green
    elif ${green}; then
      fd_colour=green fd_other=blue
    else
      ${otherwise}
    fi`;
}

/**
 * The target of a colour's link to a release: relative, so that it means the same wherever the home
 * is mounted.
 */
export function linkTo({ home }: Pick<Layout, 'home'>, { path }: Pick<Release, 'path'>): string {
  return `../../${path.slice(home.length + 1)}`;
}

/**
 * Sets `fd_id` to the id of the release that a link of a colour leads to: see {@link linkTo}.
 *
 * @param link such as `<home>/live/release`
 * @param otherwise runs when there is no link; must leave the script or the loop
 */
export function findReleaseId(link: string | Script, otherwise: Script): Script {
  return sh`
    fd_id=$(readlink -- ${link}) || ${otherwise}
    fd_id=\${fd_id#../../releases/}
    fd_id=\${fd_id%%/*}`;
}

/** The colour that a shell variable holds, such as `"$fd_colour"`, as a word or a part of one. */
export function colourIn(name: string): Script {
  return literal(`"$${name}"`);
}

/** A script for each colour; the shell variable `name`, such as `fd_colour`, chooses one. */
export function byColour(name: string, script: (colour: Colour) => Script): Script {
  return sh`
    case $${literal(name)} in
      blue)
        ${script('blue')}
        ;;
      green)
        ${script('green')}
        ;;
    esac`;
}
