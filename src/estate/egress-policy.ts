import { z } from 'zod';

/** What proxies are told of the mesh once their workload has joined. */
export const egressPolicy = {
  /**
   * `open`: each proxy holds the configuration of all services there are, as a mesh begins with. `scoped`: of those alone that
   * its workload calls; what it calls besides goes out as if there were no mesh.
   */
  egress: z.enum(['scoped', 'open']).default('open'),
  /** For how long a proxy must have sent nothing elsewhere before it is scoped, in seconds. */
  egressLookBackSeconds: z.int().min(1).max(604_800).default(3600),
};
