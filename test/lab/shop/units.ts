import type { VmName } from '../settings.ts';
import { vms } from '../settings.ts';
import type { GrownShop } from './grown.ts';

/** A unit that a virtual machine of the shop is made with. */
export interface ShopUnit {
  readonly vm: VmName;
  readonly name: string;
  readonly text: string;
  /** The target that starts it; a timer's service has none. */
  readonly wantedBy?: string;
}

const pricing = 'http://pricing.shop.internal:8081/price';

const smallShop: readonly ShopUnit[] = [
  service(
    'vm-a',
    'catalog',
    `-listen :8080 -call ${pricing} -call-expect pricing` +
      ` -load-url ${pricing} -load-expect pricing -load-new-rps 30 -load-keep-conns 10 -load-keep-rps 50`,
  ),
  service('vm-b', 'pricing', '-listen :8081'),
];

/**
 * What grows. The service that speaks first is on vm-c and its caller on vm-a, so that hosts need no circle to join
 * callees first: a calls c and b, c calls b. It leaves vm-a something to do when the catalog has moved.
 */
function grownShop({ idleEverySeconds, nightlyEverySeconds }: GrownShop): ShopUnit[] {
  const stock = `http://${vms['vm-b'].address}:8082/item`;
  return [
    service('vm-b', 'stock', '-listen :8082'),
    service('vm-c', 'ledger', '-listen tcp://:9090'),
    service(
      'vm-a',
      'audit',
      '-listen none -load-url tcp://ledger.shop.internal:9090 -load-expect ledger' +
        ' -load-new-rps 5 -load-keep-conns 4 -load-keep-rps 10',
    ),
    service(
      'vm-c',
      'reports',
      `-listen none -load-url ${stock} -load-expect stock -load-new-rps 5 -load-keep-conns 4 -load-keep-rps 10` +
        ` -idle-url ${pricing} -idle-expect pricing -idle-every ${idleEverySeconds}s`,
    ),
    ...nightly(nightlyEverySeconds),
  ];
}

/** The units of a virtual machine. */
export function shopUnits(vm: VmName, grown?: GrownShop): ShopUnit[] {
  const all = [...smallShop, ...(grown === undefined ? [] : grownShop(grown))];
  return all.filter((unit) => unit.vm === vm);
}

/** A unit of the shop's program. */
export function service(vm: VmName, name: string, options: string): ShopUnit {
  const text = `[Unit]
Description=The shop's ${name} on ${vm}
After=lab-net.service network-online.target

[Service]
User=shop
ExecStart=/usr/local/bin/shopd -name ${name} ${options} -counts /counts
Restart=on-failure
RestartSec=1
KillSignal=SIGTERM

[Install]
WantedBy=multi-user.target
`;
  return { vm, name: `${name}.service`, text, wantedBy: 'multi-user.target' };
}

/** A timer, and the program that it starts for one call. */
function nightly(everySeconds: number): ShopUnit[] {
  const call = `[Unit]
Description=The shop's nightly report on vm-c

[Service]
Type=oneshot
User=shop
ExecStart=/usr/local/bin/shopd once ${pricing} -name nightly -expect pricing -counts /counts
`;
  const timer = `[Unit]
Description=Starts the shop's nightly report, not only at night

[Timer]
OnActiveSec=${everySeconds}
OnUnitActiveSec=${everySeconds}
AccuracySec=100ms

[Install]
WantedBy=timers.target
`;
  return [
    { vm: 'vm-c', name: 'nightly.service', text: call },
    { vm: 'vm-c', name: 'nightly.timer', text: timer, wantedBy: 'timers.target' },
  ];
}
