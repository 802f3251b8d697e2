/** Configurations of the OpenSSH client in many shapes, each after what people write. */
export const sshConfigs: Readonly<Record<string, string>> = {
  plain: 'Host web1\n  HostName 192.0.2.1\n  User ops\n  Port 2222\n',
  'several names': 'Host web1 web2 web3\n  User ops\n',
  'first wins': 'Host web1\n  User first\nHost web*\n  User second\n  Port 2022\nHost *\n  Port 2023\n',
  'global first': 'User everybody\nHost web1\n  User ops\n',
  'equals signs': 'Host=web1\nHostName=192.0.2.1\nPort = 2222\n',
  quotes: 'Host "web1" web2\n  HostName "192.0.2.1"\n  User "ops"\n',
  'case of keywords': 'HOST web1\n  hostname 192.0.2.1\n  PORT 2022\n',
  negation: 'Host web1 web2\n  User ops\nHost * !web2\n  Port 2022\n',
  'question marks': 'Host web1 web10\n  User ops\nHost web?\n  Port 2022\n',
  tokens: 'Host web1 web2\n  HostName %h.example.com\n',
  jump: 'Host bastion\n  HostName 192.0.2.10\n  User jumper\nHost web1\n  ProxyJump bastion\n',
  'jump for many':
    'Host bastion\n  HostName 192.0.2.10\nHost web* !bastion\n  ProxyJump bastion\nHost web1 web2\n  User ops\n',
  'jump taken back': 'Host web1\n  ProxyJump none\nHost *\n  ProxyJump gate.example\n',
  command: 'Host web1\n  ProxyCommand ssh -q -W %h:%p jumper@gate.example\n',
  'jump before command': 'Host web1\n  ProxyJump a.example\n  ProxyCommand ssh -W %h:%p b.example\n',
  comments: '# all of ours\nHost web1 # the first\n  # inside\n  User ops # trailing\n',
  'other settings':
    'Host web1\n  IdentityFile ~/.ssh/id\n  ForwardAgent no\n  ServerAliveInterval 5\n  LocalForward 8080 localhost:80\n',
  crlf: 'Host web1\r\n  HostName 192.0.2.1\r\n',
};
