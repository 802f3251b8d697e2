import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import { hostNamed } from '../../estate/ssh-target.ts';
import { isRunName } from '../../journal/runs.ts';
import { rightsOfPlan } from '../../plans/rights/of-plan.ts';
import { remarksOf } from '../../plans/rights/remarks.ts';
import { type ClusterRoles, groupSubject, rolesOf, type Subject, userSubject } from '../../plans/rights/roles.ts';
import { hostNeeds, scopesOf } from '../../plans/rights/rules.ts';
import { ROOT_COMMANDS } from '../../ports/ssh-scripts.ts';
import { renderRoles } from '../../report/rights-text.ts';
import { renderSudoers } from '../../report/sudoers.ts';
import { estateFlag } from '../_flags.ts';
import { loadEstate, loadPlan, matchEstateName } from '../_inputs.ts';

/** What a plan needs, as it is handed to an API server and to sudo. */
export interface PlanRights {
  clusters: ClusterRoles[];
  /** A sudoers fragment for each host where something runs as root and the login is another. */
  sudoers: { host: string; user: string; text: string }[];
  remarks: string[];
}

const word = /^[^\s\p{Cc}]{1,253}$/u;

export default class Rbac extends MeshCommand<PlanRights> {
  static override summary = 'Print the rights that a plan needs: roles for its clusters, sudoers for its hosts.';
  static override description =
    'Derived from the operations and checks of the plan, for apply and rollback and what carries a run on, and no more. Opens no connection and changes nothing.';
  static override examples = [
    { description: 'Everything, to read', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'Roles and bindings for a service account, to be piped to kubectl apply -f -',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --only kubernetes --service-account ci/mover',
    },
    {
      description: 'The sudoers fragments',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --only sudoers',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    estate: estateFlag,
    only: Flags.option({ description: 'One of the two.', options: ['kubernetes', 'sudoers'] as const })(),
    run: Flags.string({
      description: 'The run that is under way: its Secret is then named, and no other may be read.',
    }),
    user: Flags.string({ description: 'Bind the roles to this user.', exclusive: ['group', 'service-account'] }),
    group: Flags.string({ description: 'Bind the roles to this group.', exclusive: ['service-account'] }),
    'service-account': Flags.string({
      description: 'Bind the roles to this service account.',
      helpValue: 'NAMESPACE/NAME',
    }),
  };

  async run(): Promise<PlanRights> {
    const { args, flags } = await this.parse(Rbac);
    const subject = this.#subject(flags);
    if (flags.run !== undefined && !isRunName(flags.run)) throw usage(`"${flags.run}" is no name of a run`);
    const plan = await loadPlan(args.plan);
    const loaded = await loadEstate(flags.estate);
    matchEstateName(plan, args.plan, loaded);
    const rights = rightsOfPlan(plan, loaded.estate, flags.run === undefined ? {} : { run: flags.run });
    const scopes = flags.only === 'sudoers' ? [] : scopesOf(rights);
    const needs = flags.only === 'kubernetes' ? [] : hostNeeds(rights);
    const sudoers = needs.flatMap(({ host, as }) => {
      const { user } = hostNamed(loaded.estate, host);
      const text = renderSudoers({ host, user, as }, ROOT_COMMANDS);
      return text === undefined ? [] : [{ host, user, text }];
    });
    const clusters = rolesOf(plan, scopes, subject);
    const remarks = remarksOf(scopes);
    if (clusters.length > 0) this.print(renderRoles(clusters, remarks));
    if (flags.only === undefined && sudoers.length > 0) this.print('---');
    for (const { text } of sudoers) this.print(text);
    return { clusters, sudoers, remarks };
  }

  #subject(flags: {
    user: string | undefined;
    group: string | undefined;
    'service-account': string | undefined;
  }): Subject | undefined {
    const { user, group, 'service-account': account } = flags;
    for (const name of [user, group]) if (name !== undefined && !word.test(name)) throw usage(`"${name}" is no name`);
    if (user !== undefined) return userSubject(user);
    if (group !== undefined) return groupSubject(group);
    if (account === undefined) return undefined;
    const [, namespace, name] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(account) ?? [];
    if (namespace === undefined || name === undefined) throw usage('a service account is NAMESPACE/NAME');
    return { kind: 'ServiceAccount', namespace, name };
  }
}

const usage = (detail: string): Error => meshError('MW1001', { command: 'mesh migrate rbac', detail });
