import { CAPTURE_UNIT, KEEPER_UNIT, PROXY_UNIT } from '../../plans/host-paths.ts';

/**
 * Runs the agent in its own directory: every relative path of pilot-agent then lies below it. No other unit is pulled in.
 * A start that does not settle has failed, and the unit is started again.
 */
export function proxyUnit({ directory, envFile }: { directory: string; envFile: string }): string {
  return `[Unit]
Description=Mesh proxy of this host (Istio sidecar, installed by meshway)
After=network.target
StartLimitIntervalSec=0

[Service]
WorkingDirectory=${directory}
EnvironmentFile=${envFile}
ExecStart=/bin/sh ${directory}/start
ExecStartPost=/bin/sh ${directory}/control settle
Restart=always
RestartSec=2
KillMode=mixed
TimeoutStopSec=30
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=CAP_SETUID CAP_SETGID

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Puts the rules back after a boot, once the proxy is ready. The units that serve and call are ordered after it, and
 * after it only: at a boot they wait until it has started or has failed, and at a shutdown they end first, so that none
 * of their connections goes past the proxy. A proxy that does not come up in time locks nobody out: then they start as
 * they did outside the mesh, and the rules follow. Enabled only when a capture was confirmed.
 */
export function captureUnit(captureDirectory: string, units: readonly string[]): string {
  return `[Unit]
Description=New connections of this host go through its mesh proxy (installed by meshway)
After=network.target ${PROXY_UNIT}
Wants=${KEEPER_UNIT}
${units.map((unit) => `Before=${unit}\n`).join('')}StartLimitIntervalSec=0
ConditionPathExists=${captureDirectory}/start

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${captureDirectory}/start
ExecStop=/bin/sh ${captureDirectory}/remove
Restart=on-failure
RestartSec=2
TimeoutStartSec=60

[Install]
WantedBy=multi-user.target
`;
}

/**
 * Runs for as long as the capture: it stops before it, so that `systemctl stop` of that one ends a capture for good.
 * Nobody enables it: the capture's unit wants it.
 */
export function keeperUnit(captureDirectory: string): string {
  return `[Unit]
Description=Puts the capture of this host back when its rules are gone (installed by meshway)
PartOf=${CAPTURE_UNIT}
After=${CAPTURE_UNIT}
StartLimitIntervalSec=0
ConditionPathExists=${captureDirectory}/keep

[Service]
ExecStart=/bin/sh ${captureDirectory}/keep
Restart=on-failure
RestartSec=2
`;
}
