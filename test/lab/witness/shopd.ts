import { join } from 'node:path';
import { partDir } from '../parts/part.ts';
import { shopd } from '../parts/shopd.ts';

/** The shop's program on this machine. */
export async function locateShopd(): Promise<string> {
  return join(partDir(await shopd()), 'shopd');
}
