/** Groups, hosts and their variables, as Ansible puts them together. */

/** A value that is encrypted or otherwise secret: that it is there is all that is known. */
export const SECRET = Symbol('secret');

/** The variables that say how a host is reached, and no other: what else an inventory has is not even kept. */
const wanted =
  /^(ansible_(ssh_)?(host|port|user)|ansible_connection|ansible_ssh_(common_args|extra_args|args)|ansible_group_priority)$/;

export type Variables = Map<string, unknown>;

interface Group {
  name: string;
  children: Set<string>;
  parents: Set<string>;
  hosts: Set<string>;
  variables: Variables;
}

interface Host {
  name: string;
  line: number | undefined;
  variables: Variables;
}

/** An inventory that is being read. `all` and `ungrouped` are always there. */
export class AnsibleTree {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, Host>();

  constructor() {
    for (const name of ['all', 'ungrouped']) this.addGroup(name);
    this.addChild('all', 'ungrouped');
  }

  addGroup(name: string): Group {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group: Group = { name, children: new Set(), parents: new Set(), hosts: new Set(), variables: new Map() };
    this.groups.set(name, group);
    return group;
  }

  /** False where the group would be its own ancestor. */
  addChild(parent: string, child: string): boolean {
    // A group that has no children yet is nobody's ancestor.
    const isAbove = (this.groups.get(child)?.children.size ?? 0) > 0 && this.ancestorsOf([parent]).has(child);
    if (parent === child || isAbove) return false;
    this.addGroup(parent).children.add(child);
    this.addGroup(child).parents.add(parent);
    return true;
  }

  addHost(name: string, group: string, { port, line }: { port?: string | undefined; line?: number | undefined }): Host {
    const host = this.hosts.get(name) ?? { name, line, variables: new Map() };
    // Ansible takes the port behind a host's name where the name comes first, and only there.
    if (!this.hosts.has(name) && port !== undefined) host.variables.set('ansible_port', port);
    this.hosts.set(name, host);
    this.addGroup(group).hosts.add(name);
    return host;
  }

  setVariable({ variables }: { variables: Variables }, name: string, value: unknown): void {
    if (wanted.test(name)) variables.set(name, value);
  }

  /** The groups named and all above them. */
  ancestorsOf(names: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const pending = [...names];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      pending.push(...(this.groups.get(name)?.parents ?? []));
    }
    return found;
  }
}
