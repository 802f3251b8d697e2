import type { VmName } from '../settings.ts';

const pricing = 'http://pricing.shop.internal:8081/price';

const commands: Readonly<Record<VmName, string>> = {
  'vm-a':
    `/usr/local/bin/shopd -name catalog -listen :8080 -call ${pricing} -call-expect pricing` +
    ` -load-url ${pricing} -load-expect pricing -load-new-rps 30 -load-keep-conns 10 -load-keep-rps 50 -counts /counts`,
  'vm-b': '/usr/local/bin/shopd -name pricing -listen :8081 -counts /counts',
};

/** The unit of the service that a virtual machine runs. */
export function shopUnit(vm: VmName): string {
  return `[Unit]
Description=The shop's service on ${vm}
After=lab-net.service network-online.target

[Service]
User=shop
ExecStart=${commands[vm]}
Restart=on-failure
RestartSec=1
KillSignal=SIGTERM

[Install]
WantedBy=multi-user.target
`;
}
