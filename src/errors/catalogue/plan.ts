import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Inventories, and the plans made from them. */
export const planErrors = defineErrors({
  MW1301: {
    title: 'The plan was edited',
    cause: '{file} carries digest {expected}, but its content has {actual}.',
    fix: 'Restore the reviewed file, or make a new plan with `mesh migrate plan`.',
    exit: ExitCode.refused,
  },
  MW1302: {
    title: 'The plan is for another estate',
    cause: '{file} was made for estate {planEstate}; this is estate {estate}.',
    fix: 'Name the estate that the plan was made for, or plan anew.',
    exit: ExitCode.refused,
  },
  MW1303: {
    title: 'The plan cannot be read',
    cause: '{file}: {reason}.',
    fix: 'Restore the file from git, or make it anew with `mesh migrate plan`.',
    exit: ExitCode.usage,
  },
  MW1304: {
    title: 'The inventory cannot be read',
    cause: '{file}: {reason}.',
    fix: 'Write a new inventory with `mesh discover`.',
    exit: ExitCode.usage,
  },
  MW1305: {
    title: 'The inventory is of another estate',
    cause: '{file} was taken of estate {inventoryEstate}; this is estate {estate}.',
    fix: 'Run `mesh discover` for this estate, or name its own inventory.',
    exit: ExitCode.refused,
  },
  MW1306: {
    title: 'The provider is unknown',
    cause: 'The estate names provider "{provider}"; meshway has {known}.',
    fix: 'Name one of these under `provider` in the estate file.',
    exit: ExitCode.usage,
  },
  MW1307: {
    title: 'There is no twin',
    cause: 'Service {service} is to move to Kubernetes, but no workload there takes it over.',
    fix: 'Deploy the twin without traffic and name it in the estate, or choose the path `stay`.',
    exit: ExitCode.refused,
  },
  MW1308: {
    title: 'The twin is not ready',
    cause: 'Twin {twin} of service {service} has {ready} of {wanted} pods ready.',
    fix: 'Get the twin ready, run `mesh discover`, and plan again.',
    exit: ExitCode.refused,
  },
  MW1309: {
    title: 'Nothing resolves a name',
    cause: 'The name {name} of service {service} is resolved by nothing that was asked ({asked}).',
    fix: 'Check the name in the estate, and the DNS zone that its callers use.',
    exit: ExitCode.refused,
  },
  MW1310: {
    title: 'The path is not supported',
    cause: 'Workload {workload} cannot take path {path}: {reason}.',
    fix: 'Put right what the reason names, or choose another path for it in the estate.',
    exit: ExitCode.refused,
  },
  MW1311: {
    title: 'The steps of a plan depend on one another in a circle',
    cause: 'These wait for each other: {members}.',
    fix: 'Move them in one stage, or exempt one of them in the estate.',
    exit: ExitCode.refused,
  },
  MW1312: {
    title: 'The plan is stale',
    cause: '{subject} is no longer as the plan found it: {difference}.',
    fix: 'Run `mesh discover` and `mesh migrate plan`, and have the new plan reviewed.',
    exit: ExitCode.planStale,
  },
  MW1313: {
    title: 'The plan cannot be applied',
    cause: '{file} is marked as not applyable; the findings below stand in the way.',
    fix: 'Settle the findings, then run `mesh discover` and `mesh migrate plan`.',
    exit: ExitCode.refused,
  },
  MW1314: {
    title: 'There is no such stage',
    cause: 'The plan has no stage "{stage}"; it has {known}.',
    fix: 'Name one of these with `--stage` or `--to`.',
    exit: ExitCode.usage,
  },
  MW1315: {
    title: 'The state of a service is not known',
    cause: 'Service {service} has state `{state}`: its twin would already work at weight 0, beside the VM.',
    fix: 'Say `state: none` or `state: shared` for it in the estate once that is true, and plan again.',
    exit: ExitCode.refused,
  },
  MW1316: {
    title: 'A caller cannot join',
    cause:
      'Service {service} is called by {callers}, which joins no mesh: it follows DNS to the VM whatever the weights say.',
    fix: 'Bring these callers into the estate, or exempt them; until then the service stays PERMISSIVE and where it is.',
    exit: ExitCode.refused,
  },
  MW1317: {
    title: 'A move is left for later',
    cause: 'Service {service}: {reason}.',
    fix: 'Nothing to do now; the plan says what is left, and what the estate would have to say.',
    exit: ExitCode.done,
  },
  MW1318: {
    title: 'Earlier stages are not done',
    cause: 'Stage {stage} comes after {missing}, which this run has not done.',
    fix: 'Apply these first, or use `--to {stage}` to go through them all.',
    exit: ExitCode.usage,
  },
  MW1319: {
    title: 'Pods would join by themselves',
    cause:
      'Namespace {namespace} injects every new pod: a node drain or an autoscaler would enrol {workload} before its stage.',
    fix: 'Take the injection label off the namespace; the plan enrols each workload by its own label. Then run `mesh discover`.',
    exit: ExitCode.refused,
  },
  MW1320: {
    title: 'A caller goes by address',
    cause:
      'Service {service} is called by address, not by name, by {callers}: the route matches the name, so they would not follow the weights.',
    fix: 'Let these callers use {hostname}; until then the service stays where it is, and in Kubernetes PERMISSIVE too.',
    exit: ExitCode.refused,
  },
  MW1321: {
    title: 'A caller is in the mesh already',
    cause:
      'Service {service} is called by {callers}, in the mesh already: it would send mTLS to the VM before its proxy takes connections.',
    fix: 'Take these callers out of the mesh until the VM has joined, and run `mesh discover` again.',
    exit: ExitCode.refused,
  },
  MW1322: {
    title: 'No caller was seen',
    cause:
      'Nobody was seen to call service {service}: neither its gates nor "every caller has joined" would mean anything.',
    fix: 'Discover while it is called, or say `callers: none` for it in the estate if nobody calls it.',
    exit: ExitCode.refused,
  },
  MW1323: {
    title: 'The address of a service is not its host’s',
    cause: 'Service {service}: {reason}.',
    fix: 'Give the host, in the estate, the address that {hostname} resolves to; one of its own, not a load balancer’s.',
    exit: ExitCode.refused,
  },
  MW1325: {
    title: 'Several services share one identity',
    cause:
      '{services} run on host {host}, which has one address and one proxy: their calls carry the one identity {identity}, and no policy can tell them apart.',
    fix: 'Nothing to do if their callees need no such policy; else give one of them a host of its own first.',
    exit: ExitCode.done,
  },
  MW1330: {
    title: 'A server that speaks first stays outside',
    cause:
      'Service {service} speaks first on port {port}: a proxy that takes plaintext and mTLS alike waits there for bytes that never come.',
    fix: 'Nothing to do now: its port is neither captured nor published, and its calls go on as they are, in plaintext.',
    exit: ExitCode.done,
  },
  MW1331: {
    title: 'An exemption has expired',
    cause: 'The exemption of {caller} for service {service} ended on {expires}.',
    fix: 'Bring the caller into the mesh, or have the exemption renewed in the estate and plan again.',
    exit: ExitCode.refused,
  },
  MW1332: {
    title: 'An exemption is for nobody',
    cause: '{caller} is exempt for service {service}, but was not seen to call it.',
    fix: 'Take it out of the estate, or discover while it calls; `mesh graph` prints callers as the estate must name them.',
    exit: ExitCode.done,
  },
  MW1333: {
    title: 'A port is taken for another protocol',
    cause:
      'Service {service} speaks first on port {port}, and {others} uses the same port for HTTP: every proxy would take its calls for HTTP too.',
    fix: 'Give one of them another port, or exclude {port} from capture on its callers (`excludeOutboundPorts`).',
    exit: ExitCode.refused,
  },
  MW1334: {
    title: 'A neighbour calls the service on its own host',
    cause:
      'Service {service} is called by {callers} on the same host: what never leaves the host passes no proxy and follows no weights.',
    fix: 'Move these callers first, or let them call the service from elsewhere.',
    exit: ExitCode.refused,
  },
  MW1336: {
    title: 'No caller calls often enough to judge a shift by',
    cause:
      'Service {service} is called by {callers}: none of them was seen to call it, or all call it rarely, so that its rungs would pass without data.',
    fix: 'Discover while it is called, take it out of `callsRarely` with a longer `policy.gate.windowSeconds`, or leave it where it is.',
    exit: ExitCode.refused,
  },
  MW1335: {
    title: 'The mesh refuses calls to the outside',
    cause:
      'The mesh is REGISTRY_ONLY, and what runs beside service {service} calls {called}, which no registry knows: its proxy would refuse these calls.',
    fix: 'Make a ServiceEntry for each of them, or set outboundTrafficPolicy to ALLOW_ANY until the migration is over; then run `mesh discover`.',
    exit: ExitCode.refused,
  },
  MW1324: {
    title: 'Another tool writes a workload',
    cause:
      '{workload} is written by {owner}, which does not know what {steps} sets: it may put back what its source says, and restart pods outside this plan.',
    fix: 'Read the notes of {steps} with `mesh migrate show`; set the same in its source after the run, not before.',
    exit: ExitCode.done,
  },
  MW1326: {
    title: 'Nothing to retire',
    cause: 'Service {service} says `retire`, but {reason}: its unit goes on serving.',
    fix: 'Take `retire` off the service, or give it a twin and the path mesh-first.',
    exit: ExitCode.refused,
  },
  MW1327: {
    title: 'The end of a name contradicts itself',
    cause: 'Service {service} retires and its name {hostname} is to answer {answers}, but {reason}.',
    fix: 'Name under `retire.answers` the addresses that answer for the name from then on.',
    exit: ExitCode.refused,
  },
});
