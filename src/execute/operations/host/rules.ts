import type { CaptureSpec } from '../../../plans/operation.ts';

/**
 * The rules of a capture as iptables-restore reads them. They lie in chains of our own, which the file empties
 * first: loading it twice gives the same. Pure, so that a dry run shows exactly what apply loads.
 */
export function captureRules(spec: CaptureSpec, run: string): string {
  const mark = `-m comment --comment meshway:${run}`;
  const inbound = spec.inboundPorts.filter((port) => !spec.excludeInboundPorts.includes(port));
  return [
    '*nat',
    ...['INBOUND', 'IN_REDIRECT', 'OUTPUT', 'REDIRECT'].map((chain) => `:MESHWAY_${chain} - [0:0]`),
    `-A MESHWAY_IN_REDIRECT -p tcp ${mark} -j REDIRECT --to-ports ${spec.inboundProxyPort}`,
    `-A MESHWAY_REDIRECT -p tcp ${mark} -j REDIRECT --to-ports ${spec.outboundProxyPort}`,
    ...chain('MESHWAY_INBOUND', mark, inboundRules(spec, inbound)),
    ...chain('MESHWAY_OUTPUT', mark, outputRules(spec, inbound)),
    // Forwarded connections, a container's or another host's, are none of ours.
    `-A PREROUTING -p tcp -m addrtype --dst-type LOCAL ${mark} -j MESHWAY_INBOUND`,
    `-A OUTPUT -p tcp ${mark} -j MESHWAY_OUTPUT`,
    'COMMIT',
    '',
  ].join('\n');
}

/**
 * Each chain begins with the packets that open no connection. Without that rule the kernel, which has not tracked
 * them so far, meets the next packet of an established connection as a new one, redirects it, and so cuts it.
 */
function chain(name: string, mark: string, rules: Rule[]): string[] {
  return [['-p tcp ! --syn', 'RETURN'] satisfies Rule, ...rules].map(([match, target]) =>
    [`-A ${name}`, ...(match === '' ? [] : [match]), mark, ...(target === undefined ? [] : [`-j ${target}`])].join(' '),
  );
}

/** A match, and where to go; without a target a rule only looks. */
type Rule = [match: string, target?: string];

/**
 * Before a connection is redirected its caller is noted, for the look-back: connection tracking forgets at once whom
 * the proxy refuses (iptables-extensions(8), "recent"). A kernel that cannot do that gets these rules without it.
 */
function inboundRules({ excludeInboundPorts }: CaptureSpec, inbound: number[]): Rule[] {
  return [
    ...excludeInboundPorts.map((port): Rule => [`-p tcp --dport ${port}`, 'RETURN']),
    ...inbound.flatMap((port): Rule[] => [
      [`-p tcp --dport ${port} -m recent --set --name MESHWAY_${port} --rsource`],
      [`-p tcp --dport ${port}`, 'MESHWAY_IN_REDIRECT'],
    ]),
  ];
}

/** As Istio's own, but that a call of the proxy to itself is redirected for the captured ports only. */
function outputRules({ proxyUid, excludeOutboundPorts }: CaptureSpec, inbound: number[]): Rule[] {
  const owners = [`uid-owner ${proxyUid}`, `gid-owner ${proxyUid}`];
  return [
    // The proxy hands captured connections to the application from this address.
    ['-s 127.0.0.6/32 -o lo', 'RETURN'],
    ...owners.flatMap((owner): Rule[] => [
      ...inbound.map((port): Rule => [
        `! -d 127.0.0.1/32 -o lo -p tcp --dport ${port} -m owner --${owner}`,
        'MESHWAY_IN_REDIRECT',
      ]),
      [`-o lo -m owner ! --${owner}`, 'RETURN'],
      [`-m owner --${owner}`, 'RETURN'],
    ]),
    ...excludeOutboundPorts.map((port): Rule => [`-p tcp --dport ${port}`, 'RETURN']),
    ['-d 127.0.0.1/32', 'RETURN'],
    ['', 'MESHWAY_REDIRECT'],
  ];
}
