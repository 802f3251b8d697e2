import { meshError } from '../../errors/index.ts';
import type { Operation, OperationOf } from '../../plans/operation.ts';
import type { ProbeResult } from '../handler.ts';
import type { DeedContext } from '../target.ts';
import { strangerTo } from './on-cluster.ts';
import { MS } from './durations.ts';
import { START_MS } from './mesh-view.ts';
import type { EstateModel } from './model.ts';
import type { ModelHost } from './state.ts';

type OnHost = Extract<Operation, { host: string }>;

export const isOnHost = (operation: Operation): operation is OnHost => 'host' in operation;

const stateOf = (isDone: boolean, isBegun = false): ProbeResult => ({
  state: isDone ? 'done' : isBegun ? 'partial' : 'not-done',
});

/** The host of an operation or a check. @throws MW1104 when it does not answer */
export function reach(model: EstateModel, name: string): ModelHost {
  const host = model.state.hosts.get(name);
  if (!host?.isUp) {
    model.pass(10_000);
    throw meshError('MW1104', { host: name, address: host?.address ?? 'nowhere', seconds: 10 });
  }
  return host;
}

/** How far an operation has come on the model's host. */
export function probeHost(model: EstateModel, operation: OnHost, { stamp }: DeedContext): ProbeResult {
  const host = reach(model, operation.host);
  if (host.stranger !== undefined) return { state: 'foreign', who: host.stranger };
  const who = host.stamp && strangerTo(host.stamp, stamp);
  if (who !== undefined) return { state: 'foreign', who };
  switch (operation.op) {
    case 'host.install':
      return stateOf(host.artifacts.has(operation.sha256));
    case 'host.files': {
      const there = operation.files.filter(({ path }) => host.files.has(path));
      return stateOf(there.length === operation.files.length, there.length > 0);
    }
    case 'host.unit':
      return stateOf(host.units.has(operation.unit) === (operation.want === 'running'));
    case 'host.capture':
      return stateOf(host.capture?.confirmed === true, host.capture !== undefined);
    case 'host.uncapture':
      return stateOf(host.capture === undefined);
    case 'host.drain':
      return stateOf(host.capture === undefined && host.units.size === 0);
    case 'host.remove':
      return stateOf(host.files.size + host.artifacts.size === 0 && host.stamp === undefined);
    case 'host.recycle':
      return stateOf(pastOf(model, operation).length === 0);
    case 'host.quiet':
      return operation.want === 'forgotten'
        ? stateOf(!host.quiet.has(operation.unit))
        : stateOf(isQuiet(model, host, operation), host.quiet.has(operation.unit));
    case 'host.retire':
      return stateOf(host.retired.has(operation.unit));
  }
}

/** Does an operation on the model's host. Those of several parts can be cut between them. */
export async function actOnHost(model: EstateModel, operation: OnHost, context: DeedContext): Promise<string[]> {
  const host = reach(model, operation.host);
  const found = probeHost(model, operation, context);
  if (found.state === 'foreign')
    throw meshError('MW1407', { object: `${operation.op} on host ${operation.host}`, owner: found.who });
  if (operation.op !== 'host.remove') host.stamp = context.stamp;
  await change(model, host, operation, context);
  model.changed();
  model.point();
  return [`${operation.op} on host ${operation.host}`];
}

async function change(model: EstateModel, host: ModelHost, operation: OnHost, context: DeedContext): Promise<void> {
  switch (operation.op) {
    case 'host.install':
      await took(model, host, operation, MS.host);
      return void host.artifacts.add(operation.sha256);
    case 'host.files':
      return await writeFiles(model, host, operation);
    case 'host.unit':
      await took(model, host, operation, MS.host);
      return turnUnit(model, host, operation);
    case 'host.capture':
      return await capture(model, host, operation);
    case 'host.uncapture':
      await took(model, host, operation, MS.uncapture);
      host.capture = undefined;
      return host.past.clear();
    case 'host.drain':
      return await took(model, host, operation, Math.min(MS.drain, operation.timeoutSeconds * 1000));
    case 'host.remove':
      return await remove(model, host, operation);
    case 'host.recycle':
      return await recycle(model, host, operation);
    case 'host.quiet':
      return await beQuiet(model, host, operation, context);
    case 'host.retire':
      await took(model, host, operation, MS.retire);
      return void host.retired.add(operation.unit);
  }
}

/** Time goes by on the host; one that dies meanwhile gives no answer. */
async function took(model: EstateModel, host: ModelHost, { host: name }: OnHost, ms: number): Promise<void> {
  await model.clock.sleep(ms);
  if (!host.isUp) throw meshError('MW1114', { host: name });
}

async function writeFiles(model: EstateModel, host: ModelHost, operation: OperationOf<'host.files'>): Promise<void> {
  for (const { path, content } of operation.files) {
    await took(model, host, operation, MS.host / operation.files.length);
    host.files.add(path);
    const [, group] = ('text' in content && /AUTO_REGISTER_GROUP=['"]?([A-Za-z0-9.-]+)/.exec(content.text)) || [];
    if (group !== undefined) host.group = group;
  }
}

function turnUnit(model: EstateModel, host: ModelHost, { unit, want }: OperationOf<'host.unit'>): void {
  if (want === 'stopped') return void host.units.delete(unit);
  host.units.set(unit, model.nowMs);
  model.later(model.nowMs + START_MS, () => undefined);
}

/** Armed, loaded, proved by a login, confirmed. Whoever ends in between leaves it to the dead-man switch. */
async function capture(model: EstateModel, host: ModelHost, operation: OperationOf<'host.capture'>): Promise<void> {
  const { capture: spec, deadmanSeconds } = operation;
  await took(model, host, operation, MS.arm);
  const isNew = host.capture === undefined;
  host.capture = { inbound: new Set(spec.inboundPorts), passing: new Set(spec.excludeOutboundPorts), confirmed: false };
  const armed = host.capture;
  if (isNew)
    for (const call of model.facts.calls) if (call.host === operation.host) host.past.add(`${call.from} ${call.to}`);
  model.changed();
  model.later(model.nowMs + deadmanSeconds * 1000, () => {
    if (host.capture !== armed || armed.confirmed) return;
    host.capture = undefined;
    host.past.clear();
  });
  await took(model, host, operation, MS.login);
  if (host.capture !== armed)
    throw meshError('MW1404', { host: operation.host, reason: 'the dead-man switch was faster' });
  armed.confirmed = true;
}

async function remove(model: EstateModel, host: ModelHost, operation: OperationOf<'host.remove'>): Promise<void> {
  for (const path of operation.paths) host.files.delete(path);
  for (const unit of operation.units) host.units.delete(unit);
  host.group = undefined;
  model.changed();
  await took(model, host, operation, MS.host);
  host.artifacts.clear();
  host.files.clear();
  host.stamp = undefined;
}

type Recycle = OperationOf<'host.recycle'>;

/** The calls of a unit to these ports that pass no proxy. */
export function pastOf(
  { facts, state }: EstateModel,
  { host, unit, peers }: Pick<Recycle, 'host' | 'unit' | 'peers'>,
): string[] {
  const ports = new Set(peers.map(({ port }) => port));
  return [...(state.hosts.get(host)?.past ?? [])].filter((key) => {
    const [from = '', to = ''] = key.split(' ');
    return from.endsWith(`/${unit}`) && ports.has(facts.services.get(to)?.port ?? 0);
  });
}

async function recycle(model: EstateModel, host: ModelHost, operation: Recycle): Promise<void> {
  await took(model, host, operation, operation.waitSeconds * 1000);
  await took(model, host, operation, MS.restartUnit);
  for (const key of pastOf(model, operation)) host.past.delete(key);
}

/** Who of outside reaches a unit now. */
export function reachedBy(model: EstateModel, host: string, unit: string): string[] {
  const served = new Set(
    model.facts.estate.services.flatMap(({ name, workload }) =>
      'host' in workload && workload.host === host && workload.unit === unit ? [name] : [],
    ),
  );
  return model
    .streams()
    .flatMap(({ at, service, from, perSecond }) =>
      at && 'host' in at && at.host === host && served.has(service) && perSecond > 0 && !from.includes(`vm/${host}/`)
        ? [from]
        : [],
    );
}

type Quiet = OperationOf<'host.quiet'>;

function isQuiet(model: EstateModel, host: ModelHost, { host: name, unit, seconds }: Quiet): boolean {
  const since = host.quiet.get(unit);
  return since !== undefined && model.nowMs >= since + seconds * 1000 && reachedBy(model, name, unit).length === 0;
}

async function beQuiet(
  model: EstateModel,
  host: ModelHost,
  operation: Quiet,
  { stamp, timeoutMs }: DeedContext,
): Promise<void> {
  if (operation.want === 'forgotten') return void host.quiet.delete(operation.unit);
  if (!host.quiet.has(operation.unit)) host.quiet.set(operation.unit, model.nowMs);
  // A real run stops here, and is applied again when the time is over; what counts is how long that is.
  const deadline = model.nowMs + operation.seconds * 1000 + timeoutMs;
  while (!isQuiet(model, host, operation)) {
    const callers = reachedBy(model, operation.host, operation.unit);
    if (callers.length > 0) host.quiet.set(operation.unit, model.nowMs);
    if (model.nowMs >= deadline)
      throw meshError('MW1402', {
        step: stamp.step,
        check: 'look-back',
        seconds: timeoutMs / 1000,
        observed: `called by ${callers.join(', ')}`,
      });
    await took(model, host, operation, Math.min(60_000, operation.seconds * 1000));
  }
}
