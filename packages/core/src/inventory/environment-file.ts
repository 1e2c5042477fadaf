/** The file that makes a folder of environments/ an environment. */
export const ENVIRONMENT_FILE = 'environment.yaml';
