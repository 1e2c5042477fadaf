import { asUser, fail, notice, sh, type Script } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { findReadable } from '../host/find-readable.js';
import { cleanRepository } from '../host/clean-repository.js';
import { accessHint, gitAccess } from '../scripts/git-access.js';
import { lookAtCommit } from '../scripts/look-at-commit.js';
import { UNDO_TIMEOUT_SECONDS } from '../scripts/remove-release.js';
import { refOf } from '../application/release.js';
import type { RepositoryUrl } from '../section/repository-url.js';
import { contentOf, type ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Gets the commit into the host's repository, where a ref keeps it as long as the release exists.
 */
export function fetchStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release } = spec;
  const folder = `${layout.releases}/${release.id}`;
  return {
    phase: 'fetch',
    name: 'fetch',
    // First of all: later undo steps need the existing release.
    run: sh`
      [ ! -e ${folder} ] ||
        ${fail(`Cannot make the release ${release.id}: it is there already`, 'deploy again')}
      ${renewUnreadable(spec)}
      ${fetch(spec)}
      ${lookAtCommit(spec)}`,
    // An existing release, or one that stays live, keeps its commit.
    undo: sh`
      [ ! -e ${folder} ] && [ -d ${layout.repository} ] || exit 0
      ${asUser(application.user, sh`git -C ${layout.repository} update-ref -d ${refOf(release.id)}`, UNDO_TIMEOUT_SECONDS)}`,
  };
}

/**
 * Makes a new repository when git can't read the old one: the application can write in it, and must
 * not block a deployment.
 */
function renewUnreadable(spec: ReleaseSpec): Script {
  const { repository } = spec.layout;
  return sh`
    if [ -n "$(find ${repository} -mindepth 1 -print -quit 2>/dev/null)" ]; then
      ${findReadable(repository, spec.application.user)}
      if [ -z "$fd_readable" ]; then
        printf '%s\n' ${notice(`Making ${repository} anew, as git could not read it`)}
        ${renew(spec)}
      fi
    fi`;
}

/** Replaces the repository by an empty one. */
function renew({ application, layout, release }: ReleaseSpec): Script {
  const { repository } = layout;
  const removed = `${layout.home}/.removed-repo-${release.id}`;
  return sh`
    mv -T -- ${repository} ${removed}
    mkdir -m 0700 -- ${repository}
    chown -h ${application.user}: -- ${repository}
    # A later deployment removes the rest.
    timeout ${UNDO_TIMEOUT_SECONDS} rm -rf --one-file-system -- ${removed} || :`;
}

function fetch(spec: ReleaseSpec): Script {
  switch (spec.transfer.from) {
    case 'input':
      return fetchInput(spec);
    case 'url':
      return fetchUrl(spec, spec.transfer.url);
    case 'host': {
      const { application, layout, release } = spec;
      const content = contentOf(spec);
      return asUser(
        application.user,
        sh`
        ${cleanRepository(layout.repository, content)}
        git -C ${layout.repository} update-ref ${refOf(release.id)} ${content} ||
          ${fail(`Cannot find the commit ${content} in ${layout.repository}: it was removed since this was planned`, 'deploy again')}`,
      );
    }
  }
}

function fetchInput(spec: ReleaseSpec): Script {
  const { application, layout, release } = spec;
  const content = contentOf(spec);
  const bundle = `${layout.shared}/.${release.id}.bundle`;
  const ref = refOf(release.id);
  return sh`
    fd_bundle=${bundle}
    trap 'rm -f -- "$fd_bundle"' EXIT
    # The job's input is root's alone.
    install -o ${application.user} -m 0400 -- "$FD_INPUT" "$fd_bundle"
    if
    ${asUser(
      application.user,
      sh`
      ${cleanRepository(layout.repository, content)}
      ${makeRepository(layout.repository, content)}
      ${gitFetch(layout.repository)} -- ${bundle} ${`${ref}:${ref}`}`,
    )}
    then :
    else
      # The application may have removed commits that its refs still name.
      ${renew(spec)}
      ${fail(`Cannot fetch ${content} into ${layout.repository}: git says why above`, 'deploy again: the repository is empty now, so all commits are sent')}
    fi`;
}

function fetchUrl({ application, layout, release }: ReleaseSpec, url: RepositoryUrl): Script {
  const ref = refOf(release.id);
  const fetchFrom = gitFetch(layout.repository);
  return asUser(
    application.user,
    sh`
    ${cleanRepository(layout.repository, release.commit)}
    ${makeRepository(layout.repository, release.commit)}
    ${gitAccess(url)}
    # Not every server sends a commit by its hash.
    ${fetchFrom} -- ${url.url} ${`${release.commit}:${ref}`} 2>/dev/null || {
      ${fetchFrom} -- ${url.url} '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/remotes/tags/*' ||
        ${fail(`Cannot fetch from ${url.url}: git says why above`, accessHint(url, application.user))}
      git -C ${layout.repository} update-ref ${ref} ${release.commit} ||
        ${fail(`Cannot find the commit ${release.commit}: ${url.url} does not have it`, 'push it first')}
    }`,
  );
}

/** Without a background process, and with a timeout when the network stalls. */
function gitFetch(repository: string): Script {
  return sh`git -C ${repository} -c gc.auto=0 -c maintenance.auto=false -c http.lowSpeedLimit=1000 -c http.lowSpeedTime=60 fetch --quiet --no-tags --no-write-fetch-head`;
}

function makeRepository(repository: string, commit: string): Script {
  const format = commit.length === 64 ? 'sha256' : 'sha1';
  // Not each time, as that would rewrite the configuration. This folder is created last.
  return sh`[ -d ${`${repository}/objects/info`} ] || git -c init.defaultBranch=main init --quiet --bare --template= ${`--object-format=${format}`} -- ${repository}`;
}
