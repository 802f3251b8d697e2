/**
 * The scope unit of the container that a control group belongs to, `docker-ID.scope`: engines that leave control groups to
 * systemd name it so, and others (`/docker/ID`, `/libpod_parent/libpod-ID`) are given the same name. Undefined for what
 * is no container's.
 */
export function containerScope(cgroupPath: string): string | undefined {
  const [, engine, id] = /\/(docker|libpod)[/-]([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(cgroupPath) ?? [];
  return engine === undefined || id === undefined ? undefined : `${engine}-${id}.scope`;
}

/** The id of the container whose scope a unit is, in twelve digits. */
export function containerOfScope(unit: string): string | undefined {
  return /^(?:docker|libpod)-([0-9a-f]{12})[0-9a-f]{52}\.scope$/.exec(unit)?.[1];
}
