/** Inventories of many shapes, each after what people write; none is anybody's. The names say what is special. */
export const inventories: Readonly<Record<string, string>> = {
  'flat.ini': 'web1.example\nweb2.example\n192.0.2.7\n',
  'groups.ini':
    '[web]\nweb1\nweb2 ansible_host=192.0.2.2\n\n[db]\ndb1 ansible_host=192.0.2.3 ansible_port=2222 ansible_user=dba\n',
  'children.ini':
    '[web]\nw1\n[db]\nd1\n[prod:children]\nweb\ndb\n[prod:vars]\nansible_user=deploy\nansible_port=2022\n',
  'later-children.ini':
    '[top:children]\nmiddle\n[middle:children]\nbottom\n[bottom]\nx1\n[middle:vars]\nansible_user=mid\n[top:vars]\nansible_user=top\n',
  'child-wins.ini':
    '[a:children]\nb\n[b]\nh1\n[a:vars]\nansible_user=a\n[b:vars]\nansible_user=b\n[all:vars]\nansible_user=all\n',
  'same-depth.ini': '[aa]\nh1\n[zz]\nh1\n[zz:vars]\nansible_user=z\n[aa:vars]\nansible_user=a\n',
  'priority.ini':
    '[aa]\nh1\n[zz]\nh1\n[zz:vars]\nansible_user=z\n[aa:vars]\nansible_user=a\nansible_group_priority=10\n',
  'diamond.ini':
    '[l]\nh1\n[r]\nh2\n[m:children]\nl\nr\n[n:children]\nl\n[m:vars]\nansible_port=1001\n[n:vars]\nansible_port=1002\n[r:vars]\nansible_port=1003\n',
  'ranges.ini': '[web]\nweb[01:05].example\n[db]\ndb-[a:d].example\n[odd]\nn[1:9:2]-x\n',
  'two-ranges.ini': 'r[1:2]n[01:03].example\n',
  'range-port.ini': 'web[08:11].example:2200 ansible_user=ops\n',
  'open-range.ini': 'n[:3].example\n',
  'wide-range.ini': 'n[8:12] \nm[008:012]\n',
  'capital-range.ini': 'n[X:Z]\n',
  'comments.ini':
    '# a comment\n; another\n[web] # trailing\nw1 ansible_host=192.0.2.1 # trailing\nw2 # only\n  w3   \n',
  'quotes.ini':
    'w1 ansible_user=\'ops\' note=\'two words\' ansible_host="192.0.2.9"\n[all:vars]\nansible_port="2022"\n',
  'nested-quotes.ini': 'w1 ansible_user="\'ops\'" note=\'say "hi"\'\n',
  'vars-comment.ini': "[web]\nw1\n[web:vars]\nansible_port = 2022 # as of today\nansible_user = 'ops' # too\n",
  'legacy.ini':
    'w1 ansible_ssh_host=192.0.2.1 ansible_ssh_port=2022 ansible_ssh_user=old\nw2 ansible_ssh_host=192.0.2.2 ansible_host=192.0.2.3\n',
  'port.ini': 'w1:2201\nw2:2202 ansible_port=2203\n[again]\nw1:2299\n',
  'twice.ini': '[a]\nw1 ansible_user=first\n[b]\nw1 ansible_user=second ansible_host=192.0.2.1\n',
  'empty-groups.ini': '[a]\n[b]\n[c:children]\na\nb\n[b:vars]\nx=1\n[d]\nh1\n',
  'empty-value.ini': 'w1 ansible_host= ansible_user=ops\n',
  'passwords.ini':
    'w1 ansible_user=root ansible_password=s3cr3t ansible_become_pass="x y"\n[all:vars]\nansible_ssh_pass=hunter2\n',
  'ungrouped.ini': 'lone\n[web]\nw1\n[ungrouped]\nother\n',
  'v6.ini': '2001:db8::5\n[2001:db8::6]:2222 ansible_user=ops\nw6 ansible_host=2001:db8::7\n',
  'crlf.ini': '[web]\r\nw1 ansible_host=192.0.2.1\r\n\r\n[db]\r\nd1\r\n',
  'tabs.ini': '[web]\n\tw1\tansible_host=192.0.2.1\t\tansible_user=ops\n',
  'kube.ini':
    '[all]\nnode1 ansible_host=192.0.2.11 ip=10.3.0.1 etcd_member_name=etcd1\nnode2 ansible_host=192.0.2.12\n\n[bastion]\nbastion ansible_host=192.0.2.10 ansible_user=jumper\n\n[control-plane]\nnode1\n\n[workers]\nnode2\n\n[cluster:children]\ncontrol-plane\nworkers\n',
  'connections.ini':
    '[here]\nlocalhost ansible_connection=local\n[win]\nw1 ansible_connection=winrm\n[nix]\nn1 ansible_connection=ssh\n',
  'jumps.ini':
    "[inner]\ni1 ansible_host=10.0.0.1\n[inner:vars]\nansible_ssh_common_args='-o ProxyJump=ops@bastion.example:2222'\n",
  'equals.ini': '[all:vars]\nopts=-o A=b -o C=d\nansible_user = spaced\n[g]\nh1 extra=a=b=c\n',
  'broken-section.ini': '[web\nw1\n[d b]\nx1\n',
  'broken-words.ini': '[web]\nw1 ansible_host 192.0.2.1\n',
  'broken-quote.ini': "[web]\nw1 ansible_user='ops\n",
  'broken-child.ini': '[a:children]\nnowhere\n[b]\nh1\n',
  'broken-vars.ini': '[nobody:vars]\nx=1\n[b]\nh1\n',
  'broken-state.ini': '[a:hosts]\nh1\n[a:things]\nh2\n',
  'broken-circle.ini': '[a:children]\nb\n[b:children]\na\n[b]\nh1\n',
  'broken-width.ini': 'web[01:100].example\n',
  'broken-colon.ini': 'web1:\n',
  'all.yml':
    'all:\n  hosts:\n    w1:\n    w2: { ansible_host: 192.0.2.2, ansible_port: 2222 }\n  vars:\n    ansible_user: ops\n',
  'nested.yml':
    'all:\n  hosts: { lone: }\n  children:\n    web:\n      hosts:\n        "web[01:03].example":\n          ansible_user: deploy\n      vars: { ansible_port: 2022 }\n    db:\n      children:\n        primary: { hosts: { db1: { ansible_host: 192.0.2.9 } } }\n        replica: { hosts: { db2: } }\n      vars: { ansible_user: dba }\n',
  'tops.yml': '---\nweb:\n  hosts:\n    w1: {}\ndb:\n  hosts:\n    d1:\n      ansible_host: "192.0.2.4"\n',
  'text.yml': 'web:\n  hosts: w1\n  children: inner\ninner:\n  hosts:\n    i1:2222:\n',
  'two-places.yml':
    'a: { hosts: { h1: { ansible_user: a } } }\nb: { hosts: { h1: { ansible_host: 192.0.2.1 } }, vars: { ansible_user: b } }\n',
  'vars-only.yml': 'all:\n  vars: { ansible_user: ops }\nweb:\n  hosts: { w1: , w2: { ansible_user: own } }\n',
  'broken-list.yml': 'web:\n  hosts:\n    - w1\n    - w2\n',
  'broken-circle.yml': 'a: { children: { b: { children: { a: } } }, hosts: { h1: } }\n',
};
