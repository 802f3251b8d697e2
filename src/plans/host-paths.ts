/** Everything of meshway on a host lies here, but for its units. */
export const HOST_HOME = '/var/lib/meshway';

/** The units of a joined host, whatever mesh it joins. */
export const PROXY_UNIT = 'meshway-proxy.service';
export const CAPTURE_UNIT = 'meshway-capture.service';
export const KEEPER_UNIT = 'meshway-keeper.service';

/** The estate's artifacts, by the name that a plan calls them. */
export const ARTIFACT_FILES = {
  pilotAgent: 'pilot-agent',
  envoy: 'envoy',
  bootstrap: 'envoy_bootstrap.json',
} as const;
export type ArtifactName = keyof typeof ARTIFACT_FILES;

/** Where an artifact lies on a host: by its digest, so that a new version never changes a running one. */
export function artifactPath(name: ArtifactName, sha256: string): string {
  return `${HOST_HOME}/artifacts/${sha256}/${ARTIFACT_FILES[name]}`;
}

export function isArtifactName(name: string): name is ArtifactName {
  return Object.hasOwn(ARTIFACT_FILES, name);
}
