import type { Daemon } from './daemon.ts';
import { answers } from './cluster/control-plane.ts';
import { writeWhole } from './files.ts';
import { state } from './paths.ts';
import { targetsFile } from './pod-targets.ts';
import { grownVmNames, net, vms } from './settings.ts';

const statsPort = 15090;

const config = (): object => ({
  global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '2s' },
  scrape_configs: [
    {
      job_name: 'pods',
      metrics_path: '/stats/prometheus',
      file_sd_configs: [{ files: [targetsFile()], refresh_interval: '5s' }],
    },
    {
      job_name: 'vms',
      metrics_path: '/stats/prometheus',
      static_configs: grownVmNames.map((vm) => ({
        targets: [`${vms[vm].address}:${statsPort}`],
        labels: { host: vm },
      })),
    },
  ],
});

/** The collector of the proxies' counters. */
export async function prometheus(): Promise<Daemon> {
  const file = state('prometheus', 'prometheus.yaml');
  await writeWhole(file, JSON.stringify(config(), null, 2));
  const url = `http://${net.host}:${net.prometheusPort}`;
  return {
    name: 'prometheus',
    command: [
      '/usr/bin/prometheus',
      `--config.file=${file}`,
      `--storage.tsdb.path=${state('prometheus', 'data')}`,
      '--storage.tsdb.retention.time=6h',
      `--web.listen-address=${net.host}:${net.prometheusPort}`,
      '--web.enable-lifecycle',
      '--log.level=warn',
    ],
    ready: () => answers(`${url}/-/ready`),
  };
}
