/** The variables of the programs that it starts: those that a login of root over SSH has. */
export const ROOT_VARIABLES = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ...{ LC_ALL: 'C', HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/sh' },
};
