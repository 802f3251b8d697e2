import { applyObjects, isRolledOut } from '../cluster/kubectl.ts';
import { ensureParts } from '../parts/all.ts';
import { shopImageName } from '../parts/images.ts';
import { waitFor } from '../progress.ts';
import { inVm } from '../vm/machine.ts';
import { deployment, shopNamespace } from './manifests.ts';
import { service, type ShopUnit } from './units.ts';

/** A service of raw TCP whose clients speak first. */
export const till = 'till';
export const tillPort = 9091;
/** Its caller, and how many connections that keeps. */
export const desk = 'desk';
export const deskConnections = 4;

const serving = `-listen ask://:${tillPort}`;
const asking =
  `-listen none -load-url ask://${till}.shop.internal:${tillPort} -load-expect ${till}` +
  ` -load-new-rps 5 -load-keep-conns ${deskConnections} -load-keep-rps 8`;

/** Adds the till to a shop that was just made: its unit on vm-b, its caller on vm-a, its twin. They are gone with the next reset. */
export async function addTill(): Promise<void> {
  const parts = await ensureParts();
  const variant = { replicas: 2, terminationGracePeriodSeconds: 60, tcpPort: tillPort };
  const args = ['-name', till, ...serving.split(' '), '-counts', '/counts'];
  await applyObjects([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: till, namespace: shopNamespace } },
    deployment(till, shopImageName(parts), args, variant),
  ]);
  await startUnit(service('vm-b', till, serving));
  await startUnit(service('vm-a', desk, asking));
  await waitFor('the twin of the till', 120_000, () => isRolledOut(shopNamespace, till));
}

async function startUnit({ vm, name, text }: ShopUnit): Promise<void> {
  await inVm(
    vm,
    `cat > /etc/systemd/system/${name} <<'END'\n${text}END\nsystemctl daemon-reload && systemctl enable --now --quiet ${name}`,
  );
}
