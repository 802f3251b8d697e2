import { z } from 'zod';

/** What came from a host or a cluster has a limit, whatever it is. */
export const text = z.string().max(4096);
export const shortText = z.string().max(512);
export const port = z.int().min(0).max(65535);
export const labels = z.record(z.string().max(320), z.string().max(256));
