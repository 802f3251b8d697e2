import type { OperationContext } from '../../../src/execute/handler.ts';
import type { CommandResult } from '../../../src/ports/contracts.ts';

/** What a script prints, or what it prints the first, second … time. */
export type Reply = string | ((call: number) => string);

export const refused = (reason: string, detail: string): string => `refused ${reason}\ndetail ${detail}\n`;

/** A host that answers each script with set lines, a clock that only its sleepers move, and what was sent. */
export function fakeHost(
  replies: Map<string, Reply>,
  freshLogin: () => Promise<void> = () => Promise.resolve(),
): { context: OperationContext; sent: { script: string; variables: Record<string, string> }[] } {
  const sent: { script: string; variables: Record<string, string> }[] = [];
  let now = 0;
  const script = async (_: unknown, text: string, variables: Record<string, string>): Promise<CommandResult> => {
    const reply = replies.get(text) ?? '';
    const stdout = typeof reply === 'string' ? reply : reply(sent.filter((call) => call.script === text).length);
    sent.push({ script: text, variables });
    return await Promise.resolve({ exitCode: stdout.startsWith('refused') ? 3 : 0, stdout, stderr: '' });
  };
  const world = {
    estate: {
      hosts: [{ name: 'vm-a', address: '10.0.0.11', port: 22, user: 'ops', excludeInboundPorts: [] }],
      ssh: {},
      services: [{ hostname: 'catalog.shop.internal' }, {}],
    },
    ssh: { script, freshLogin },
    clock: { now: () => now, sleep: async (ms: number) => await Promise.resolve(((now += ms), true)) },
    kube: () => ({ token: async () => await Promise.resolve('s3cret') }),
  } as unknown as OperationContext['world'];
  return {
    sent,
    context: { world, timeoutMs: 1000, stamp: { run: 'run-1', planDigest: 'sha256:x', step: 's/t', token: 3 } },
  };
}
