import type { Answer, CheckKind, CheckOf } from '../../plans/check.ts';
import type { CheckReader, World } from '../handler.ts';
import { isConfirmed, isPlain, readCapture } from '../operations/host/capture-state.ts';
import { ESTATE_UNIT_SCRIPT } from '../operations/host/scripts/look-back.ts';
import { REACHED_SCRIPT } from '../operations/host/scripts/reached.ts';
import { LEFTOVERS_SCRIPT } from '../operations/host/scripts/remove.ts';
import { PROXY_STATE_SCRIPT } from '../operations/host/scripts/units.ts';
import { runOnHost, targetOn } from '../operations/host/session.ts';
import { countUnproxied } from '../operations/host/sockets.ts';
import { readSockets } from '../operations/host/recycle.ts';
import { checkName } from './names.ts';

const LOGIN_TIMEOUT_MS = 20_000;
const YES: Answer = { answer: 'yes' };
const no = (why: string): Answer => ({ answer: 'no', why });

async function proxyReady(host: string, world: World): Promise<Answer> {
  const facts = await runOnHost(world, { host, action: 'asking the proxy', script: PROXY_STATE_SCRIPT });
  if (facts.has('ready')) return YES;
  return no(
    facts.has('installed') ? 'its readiness is not 200 yet, or it misleads a captured port' : 'no proxy is installed',
  );
}

async function captured(host: string, wanted: boolean, world: World): Promise<Answer> {
  const facts = await readCapture(world, host);
  if (wanted)
    return isConfirmed(facts)
      ? YES
      : no(facts.has('live') ? 'rules are there, but not confirmed or not whole' : 'no rules are there');
  return isPlain(facts) ? YES : no('rules, their unit or the dead-man switch are still there');
}

async function login(host: string, world: World): Promise<Answer> {
  await world.ssh.freshLogin(targetOn(world, host), { timeoutMs: LOGIN_TIMEOUT_MS });
  return YES;
}

async function clean(host: string, world: World): Promise<Answer> {
  const left = (await runOnHost(world, { host, action: 'looking for what is ours', script: LEFTOVERS_SCRIPT })).all(
    'left',
  );
  return left.length === 0 ? YES : no(`left: ${left.slice(0, 5).join(', ')}`);
}

async function proxied(check: CheckOf<'host.proxied'>, world: World): Promise<Answer> {
  const count = countUnproxied(await readSockets(world, check), check.peers);
  return count === 0 ? YES : no(`${count} connection(s) of ${check.unit} pass no proxy`);
}

async function retired({ host, unit }: CheckOf<'unit.retired'>, world: World): Promise<Answer> {
  const variables = { unit };
  const facts = await runOnHost(world, { host, action: `looking at ${unit}`, script: ESTATE_UNIT_SCRIPT, variables });
  const [active, enabled] = [facts.last('active'), facts.last('enabled')];
  if (!['inactive', 'failed'].includes(active)) return no(`${unit} is ${active || 'unknown'}`);
  return enabled.startsWith('enabled') ? no(`${unit} is ${enabled}: a boot would start it`) : YES;
}

async function unreached({ host, unit, ports }: CheckOf<'unit.unreached'>, world: World): Promise<Answer> {
  const variables = { ports: ports.join(' ') };
  const facts = await runOnHost(world, {
    host,
    action: `looking who calls ${unit}`,
    script: REACHED_SCRIPT,
    variables,
  });
  const peers = facts.all('peer');
  const who = peers.filter((peer) => /^[0-9A-Fa-f:.]{2,45}$/.test(peer)).join(', ');
  if (peers.length > 0) return no(`${unit} is still called by ${who || 'somebody'}`);
  return facts.has('looked') ? YES : { answer: 'unknown', why: `host ${host} does not say who calls ${unit}` };
}

/** The checks that ask a host. What they throw, a host that cannot be asked, is `unknown` to their caller. */
export const hostChecks = {
  'proxy.ready': async ({ host }, world) => await proxyReady(host, world),
  'host.captured': async ({ host, captured: wanted }, world) => await captured(host, wanted, world),
  'host.login': async ({ host }, world) => await login(host, world),
  'host.clean': async ({ host }, world) => await clean(host, world),
  'host.proxied': proxied,
  'name.resolves': checkName,
  'unit.retired': retired,
  'unit.unreached': unreached,
} satisfies { [K in CheckKind]?: CheckReader<K> };
