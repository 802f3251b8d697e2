export { catalogue, type ErrorCode } from './catalogue/index.ts';
export { ExitCode } from './exit-codes.ts';
export { isMeshError, MeshError, meshError, type ErrorDocument } from './mesh-error.ts';
