/** The file that makes a folder of environments/ an environment. */
export const ENVIRONMENT_FILE = 'environment.yaml';

/** The names that people give: of environments, applications, processes. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]*$/;
