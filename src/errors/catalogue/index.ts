import { applyErrors } from './apply.ts';
import { assessClusterErrors } from './assess-clusters.ts';
import { assessErrors } from './assess.ts';
import { assessHostErrors } from './assess-hosts.ts';
import { bakeErrors } from './bake.ts';
import { containerErrors } from './containers.ts';
import { counterErrors } from './counters.ts';
import { estateErrors } from './estate.ts';
import { gateErrors } from './gate.ts';
import { internalErrors } from './internal.ts';
import { journalErrors } from './journal.ts';
import { lintErrors } from './lint.ts';
import { kubernetesErrors } from './kubernetes.ts';
import { listErrors } from './lists.ts';
import { egressErrors } from './egress.ts';
import { nameErrors } from './names.ts';
import { pathErrors } from './path.ts';
import { peopleErrors } from './people.ts';
import { planReportErrors } from './plan-report.ts';
import { planErrors } from './plan.ts';
import { planFileErrors } from './plan-files.ts';
import { registerErrors } from './register.ts';
import { rehearsalErrors } from './rehearsal.ts';
import { waveErrors } from './waves.ts';
import { reviewErrors } from './review.ts';
import { sourceErrors } from './source.ts';
import { sshErrors } from './ssh.ts';
import { windowErrors } from './window.ts';

/** The areas of the catalogue, by the first two digits of their codes. */
export const catalogueAreas = {
  '10': {
    title: 'Command line and estate',
    entries: { ...estateErrors, ...sourceErrors, ...listErrors, ...containerErrors },
  },
  '11': { title: 'Hosts and SSH', entries: sshErrors },
  '12': { title: 'Kubernetes', entries: kubernetesErrors },
  '13': {
    title: 'Plans',
    entries: {
      ...planErrors,
      ...pathErrors,
      ...windowErrors,
      ...bakeErrors,
      ...planFileErrors,
      ...reviewErrors,
      ...waveErrors,
      ...nameErrors,
      ...egressErrors,
    },
  },
  '14': { title: 'Apply and joining hosts', entries: { ...applyErrors, ...peopleErrors } },
  '15': { title: 'Gates', entries: gateErrors },
  '16': { title: 'Journal and lock', entries: journalErrors },
  '17': {
    title: 'Assessment',
    entries: { ...assessErrors, ...assessHostErrors, ...registerErrors, ...assessClusterErrors },
  },
  '18': {
    title: 'Plans for their readers',
    entries: { ...planReportErrors, ...lintErrors, ...rehearsalErrors, ...counterErrors },
  },
  '19': { title: 'Interruption and bugs', entries: internalErrors },
} as const;

/** Every error that `mesh` can end with, by code. */
export const catalogue = {
  ...rehearsalErrors,
  ...counterErrors,
  ...estateErrors,
  ...nameErrors,
  ...egressErrors,
  ...sourceErrors,
  ...listErrors,
  ...containerErrors,
  ...sshErrors,
  ...kubernetesErrors,
  ...planErrors,
  ...pathErrors,
  ...windowErrors,
  ...bakeErrors,
  ...planFileErrors,
  ...reviewErrors,
  ...waveErrors,
  ...applyErrors,
  ...peopleErrors,
  ...gateErrors,
  ...journalErrors,
  ...assessErrors,
  ...assessHostErrors,
  ...registerErrors,
  ...assessClusterErrors,
  ...planReportErrors,
  ...lintErrors,
  ...internalErrors,
};

/** A code of the catalogue. */
export type ErrorCode = keyof typeof catalogue;
