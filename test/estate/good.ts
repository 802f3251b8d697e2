/** An estate file in which nothing is wrong. */
export const GOOD = `apiVersion: meshway/v1alpha1
kind: Estate
name: shop
provider: { name: istio, cluster: lab }
ssh: { identityFile: ~/.ssh/id, knownHostsFile: known_hosts }
hosts:
  - { name: vm-a, address: 10.200.0.11, port: 2222, user: ops }
clusters:
  - { name: lab, kubeconfig: /k, context: lab, namespaces: [shop] }
services:
  - name: catalog
    hostname: catalog.shop.internal
    port: 8080
    workload: { host: vm-a, unit: catalog.service }
    twin: { cluster: lab, namespace: shop, kind: Deployment, name: catalog }
`;
