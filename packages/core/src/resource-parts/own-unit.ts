import { splitPath } from './path.js';

/** The folder of systemd's own configuration on a host (systemd.unit(5)). */
export const UNITS = '/etc/systemd/system';

/** Whether a path is that of a unit of the administrator's, which systemd has to forget when it is removed. */
export function isUnit(path: string): boolean {
  const { folder, name } = splitPath(path);
  return folder === UNITS && isUnitName(name);
}

/** Whether it is the full name of a unit that files describe (systemd.unit(5)). */
export function isUnitName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,200}\.(?:service|socket|timer|path|mount|slice|target)$/.test(
    name,
  );
}
