import { isMeshError, meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler } from '../../handler.ts';
import { CAPTURE_UNITS, isConfirmed, isPlain, readCapture } from './capture-state.ts';
import type { HostFacts } from './host-facts.ts';
import { captureRules } from './rules.ts';
import { ARM_SCRIPT } from './scripts/arm.ts';
import { CONFIRM_SCRIPT } from './scripts/capture.ts';
import { KEEP_CAPTURE } from './scripts/keeper.ts';
import { INSTALL_RULES, REMOVE_RULES, START_CAPTURE, UNDO_CAPTURE } from './scripts/on-host.ts';
import { FORGET_SECONDS } from './scripts/tracking.ts';
import { changeHost, foreignTo, preImagesOf, targetOn } from './session.ts';

type Capture = OperationOf<'host.capture'>;
const POLL_MS = 1000;
/** How much longer than its time the switch may take until it counts as stuck. */
const UNDO_SECONDS = 15;

/** Arms the dead-man switch, then loads the rules. From here on the host undoes it all unless it is confirmed. */
async function arm({ host, capture, deadmanSeconds }: Capture, context: OperationContext): Promise<HostFacts> {
  const lookups = context.world.estate.services.flatMap(({ hostname }) => hostname ?? []);
  return await changeHost(context, {
    host,
    action: 'capturing connections',
    script: ARM_SCRIPT,
    timeoutMs: context.timeoutMs + FORGET_SECONDS.arm * 1000,
    variables: {
      ...CAPTURE_UNITS,
      rules: captureRules(capture, context.stamp.run),
      deadman_seconds: String(deadmanSeconds),
      excluded_ports: capture.excludeInboundPorts.join(' '),
      lookups: lookups.join(' '),
      install: INSTALL_RULES,
      remove: REMOVE_RULES,
      undo: UNDO_CAPTURE,
      start: START_CAPTURE,
      keep: KEEP_CAPTURE,
    },
  });
}

/** A login on a connection of its own, in half of the switch's time, which looks up a name that resolved before. */
async function provePassage(
  { host, deadmanSeconds }: Capture,
  context: OperationContext,
  lookup: string,
): Promise<void> {
  const options = { timeoutMs: Math.max(5000, deadmanSeconds * 500) };
  try {
    await context.world.ssh.freshLogin(targetOn(context.world, host), lookup === '' ? options : { ...options, lookup });
  } catch (error) {
    const reason = isMeshError(error) ? error.causeText.replace(/\.$/, '') : String(error);
    const undone = await awaitUndo(host, deadmanSeconds, context);
    throw meshError(
      'MW1404',
      { host, reason },
      {
        cause: error,
        details: [undone ? 'The host has undone the capture.' : 'The host has not been seen to undo the capture yet.'],
      },
    );
  }
}

/** Waits for the host to be plain again. False when that could not be seen: the switch needs nobody to watch it. */
async function awaitUndo(host: string, deadmanSeconds: number, { world }: OperationContext): Promise<boolean> {
  const deadline = world.clock.now() + (deadmanSeconds + UNDO_SECONDS) * 1000;
  while (world.clock.now() < deadline) {
    if (!(await world.clock.sleep(POLL_MS))) return false;
    const facts = await readCapture(world, host).catch(() => undefined);
    if (facts && isPlain(facts)) return true;
  }
  return false;
}

/** Refused when the switch was faster: then the host is plain again, and the capture can be applied anew. */
async function confirm({ host, deadmanSeconds }: Capture, context: OperationContext): Promise<void> {
  const variables = { ...CAPTURE_UNITS, deadman_seconds: String(deadmanSeconds) };
  await changeHost(context, { host, action: 'confirming the capture', script: CONFIRM_SCRIPT, variables });
}

export const hostCapture: OperationHandler<'host.capture'> = {
  async probe({ host, capture }, context) {
    const facts = await readCapture(context.world, host, captureRules(capture, context.stamp.run));
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    if (isConfirmed(facts) && facts.has('same')) return { state: 'done' };
    return { state: isPlain(facts) && !facts.has('outcome', 'confirmed') ? 'not-done' : 'partial' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { host } = operation;
    const armed = await arm(operation, context);
    if (!armed.has('captured', 'already')) await provePassage(operation, context, armed.all('resolves')[0] ?? '');
    await confirm(operation, context);
    if (armed.has('captured', 'already')) return [`host ${host} was captured already`];
    return [
      `host ${host} captured: ${armed.last('rules')} rules by ${armed.last('backend')}`,
      `left alone: sshd on ${armed.last('sshd').trim()}`,
      ...armed.all('unset').map((setting) => `${setting.replace(' ', ' stays at ')}: cannot be set`),
      `confirmed by a new login${armed.has('resolves') ? ` that looked up ${armed.all('resolves')[0]}` : ''}`,
    ];
  },

  async preview({ host, capture }, context) {
    const rules = captureRules(capture, context.stamp.run);
    const facts = await readCapture(context.world, host, rules);
    const done = isConfirmed(facts) && facts.has('same');
    return {
      target: `host ${host}`,
      change: done ? 'none' : facts.has('live') ? 'update' : 'create',
      diff: rules
        .trimEnd()
        .split('\n')
        .map((line) => `+${line}`)
        .join('\n'),
    };
  },
};
