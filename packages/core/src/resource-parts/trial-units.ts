import { UNITS } from './own-unit.js';
import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

/** What is on trial on a host, and what restores it; there is one trial at a time. */
export const TRIAL = `${STATE}/trial`;

/** Held while a trial ends: it is either confirmed or restored. It outlives the folder. */
export const TRIAL_LOCK = `${STATE}/trial.lock`;

/** For how many seconds a change stays without a confirmation. */
export const TRIAL_SECONDS = 30;

const NAME = 'fairness-deploy-trial';
const SERVICE = `${UNITS}/${NAME}.service`;
const TIMER = `${UNITS}/${NAME}.timer`;
const AT_BOOT = `${UNITS}/sysinit.target.wants/${NAME}.service`;

/** Runs when the time is over; and at boot, when disks can be written to, before there is a network. */
const SERVICE_TEXT = `[Unit]
Description=Restore what was changed on trial
DefaultDependencies=no
RequiresMountsFor=${STATE} /etc
After=local-fs.target
Before=sysinit.target network-pre.target shutdown.target
Conflicts=shutdown.target
ConditionPathExists=${TRIAL}/restore

[Service]
Type=oneshot
ExecStart=/bin/sh ${TRIAL}/restore
`;

const TIMER_TEXT = `[Unit]
Description=The end of a change on trial

[Timer]
OnActiveSec=${String(TRIAL_SECONDS)}
AccuracySec=100ms
`;

/** Starts the clock: systemd restores, also when the job is killed or the host starts anew. */
export const ARM: Script = sh`
  printf '%s' ${SERVICE_TEXT} >${SERVICE}
  printf '%s' ${TIMER_TEXT} >${TIMER}
  mkdir -p -- ${`${UNITS}/sysinit.target.wants`}
  ln -sfT -- ${SERVICE} ${AT_BOOT}
  # A power cut must find the units and what they restore.
  sync
  systemctl daemon-reload
  systemctl start -- ${`${NAME}.timer`}`;

/** Stops the clock, and leaves nothing of it. */
export const DISARM: Script = sh`
  rm -f -- ${AT_BOOT} ${TIMER} ${SERVICE}
  if fd_is_up; then
    systemctl stop -- ${`${NAME}.timer`} 2>/dev/null || :
    systemctl daemon-reload
  fi`;

/** Defines `fd_is_up`: whether the host has started so far that its services can be asked. */
export const DEFINE_IS_UP: Script = sh`
  fd_is_up() { systemctl is-active --quiet basic.target; }`;
