import type { Check } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import type { SiteSection } from '../section/section.js';

/** Of how many days requests are counted. */
const DAYS = 7;

/** Busy sites have large logs. */
const READ_SECONDS = 300;

/** Counts the lines of each day, in both formats of log: `[30/Nov/2026:10:…` and `"time":"2026-11-30T…`. */
const COUNT_BY_DAY = String.raw`
  BEGIN {
    split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
    for (at in names) months[names[at]] = sprintf("%02d", at)
  }
  {
    day = ""
    if (at = index($0, "\"time\":\"")) day = substr($0, at + 8, 10)
    else if (at = index($0, "[")) {
      split(substr($0, at + 1, 11), parts, "/")
      day = parts[3] "-" months[parts[2]] "-" parts[1]
    }
    if (day >= first) count[day]++
  }
  END { for (day in count) print day, count[day] }`;

/** The requests to the sites in the last days. */
export function trafficCheck(sites: Readonly<Record<string, SiteSection>>): Check {
  const logs = Object.keys(sites).map((name) => `/var/log/nginx/${name}.access.log`);
  return {
    name: 'traffic',
    layer: 'upkeep',
    seconds: READ_SECONDS,
    read: sh`
      fd_first=$(date -d ${`${String(DAYS - 1)} days ago`} +%Y-%m-%d)
      for fd_log in ${logs}; do
        find "\${fd_log%/*}" -maxdepth 1 -name "\${fd_log##*/}*" -type f -mtime -${DAYS + 1} -exec timeout 60 zcat -f -- {} +
      done | awk -v first="$fd_first" ${COUNT_BY_DAY} | sort`,
    judge(output) {
      const days = [...output.matchAll(/^(\d{4}-\d{2}-\d{2}) (\d+)$/gm)].map(
        ([, day = '', requests = '0']) => ({ day, requests: Number(requests) }),
      );
      const sum = days.reduce((all, { requests }) => all + requests, 0);
      const each = days.map(({ day, requests }) => `${day}: ${String(requests)}`).join(', ');
      return [
        {
          name: 'traffic',
          level: sum > 0 ? 'warn' : 'ok',
          text:
            sum > 0
              ? `${String(sum)} requests in the last ${String(DAYS)} days (${each})`
              : `no request in the last ${String(DAYS)} days`,
          data: { days },
        },
      ];
    },
  };
}
