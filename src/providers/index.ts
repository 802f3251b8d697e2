import { meshError } from '../errors/index.ts';
import { istio } from './istio/index.ts';
import type { MeshProvider } from './provider.ts';

/** Every mesh meshway can plan for; a key is the folder's name. */
export const providers: Readonly<Record<string, MeshProvider>> = { istio };

/** The provider of that name. An unknown one is an error, never a default. */
export function providerOf(name: string): MeshProvider {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (!provider) throw meshError('MW1306', { provider: name, known: Object.keys(providers).join(', ') });
  return provider;
}
