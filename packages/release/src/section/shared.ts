import { z } from '@fairness-deploy/core';
import { releasePath } from './release-path.js';

/** The folders that outlive releases, of the section `release`. */
export const sharedSchema = z
  .array(
    releasePath("expected a folder of the application, such as storage/avatars, without '..'"),
    { error: 'expected a list of folders' },
  )
  .default([])
  .describe(
    "Folders that outlive releases, such as uploads, relative to the application's folder. Each release gets a link to them. The first time, a folder gets the repository's content of that path; it is never removed, also when it is not listed any more.",
  );
