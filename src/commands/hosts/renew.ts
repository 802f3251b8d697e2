import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { renewPlan } from '../../execute/renew/renew-plan.ts';
import { exitOf, type HostRenewal } from '../../execute/renew/renew-run.ts';
import { renderRenewal, renderRenewalSum } from '../../report/renewal-text.ts';
import { estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadPlan, matchEstateName } from '../_inputs.ts';
import { openWorld } from '../_world.ts';

interface RenewResult {
  run: string;
  plan: string;
  dryRun: boolean;
  hosts: HostRenewal[];
}

export default class Renew extends MeshCommand<RenewResult> {
  static override summary = 'Give joined hosts new credentials after an outage, and see their proxies come back.';
  static override description =
    'Looks at every host that the run of the plan has joined. A proxy that is ready on a good certificate is left alone. Else the token and the root certificate are written anew, as the plan has them; a proxy that is not ready is restarted, a ready one takes them by itself and keeps its connections. A host that fails does not stop the others: the command then ends with the status of the failures if they agree, else with 1.';
  static override examples = [
    {
      description: 'Say how the credentials stand and what would be done',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --dry-run',
    },
    { description: 'Every host that needs it', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'One host',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --host vm-b',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file that was applied.', required: true }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    host: Flags.string({
      description: 'A joined host; may be given several times. All by default.',
      multiple: true,
      multipleNonGreedy: true,
    }),
    restart: Flags.boolean({
      description: 'Restart a proxy that is ready but has no good certificate too: its connections are cut.',
    }),
    'dry-run': Flags.boolean({ description: 'Look, and change nothing.' }),
  };
  protected override readonly stopsItself = true;

  async run(): Promise<RenewResult> {
    const { args, flags } = await this.parse(Renew);
    const plan = await loadPlan(args.plan);
    const loaded = await loadEstate(flags.estate);
    matchEstateName(plan, args.plan, loaded);
    if (plan.inputs.estate !== loaded.digest)
      this.note(`${loaded.file} was changed after the plan was made; hosts are reached as it says now.`);
    const dryRun = flags['dry-run'];
    const world = openWorld(loaded);
    const { run, hosts } = await renewPlan({
      plan,
      stateDir: flags['state-dir'],
      world,
      names: flags.host ?? [],
      mayCut: flags.restart,
      dryRun,
      interrupt: this.interrupt,
      watch: (renewal) => this.#show(renewal),
    }).finally(() => world.close());
    if (this.interrupt.aborted) throw this.interrupt.reason;
    this.print(renderRenewalSum(run, hosts, dryRun));
    this.endWith(exitOf(hosts));
    return { run, plan: plan.id, dryRun, hosts };
  }

  #show(renewal: HostRenewal): void {
    this.print(renderRenewal(renewal));
    this.emit({ event: 'host.renewal', ...renewal });
  }
}
