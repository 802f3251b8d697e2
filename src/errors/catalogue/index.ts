import { applyErrors } from './apply.ts';
import { assessClusterErrors } from './assess-clusters.ts';
import { assessErrors } from './assess.ts';
import { estateErrors } from './estate.ts';
import { gateErrors } from './gate.ts';
import { internalErrors } from './internal.ts';
import { journalErrors } from './journal.ts';
import { kubernetesErrors } from './kubernetes.ts';
import { planErrors } from './plan.ts';
import { sourceErrors } from './source.ts';
import { sshErrors } from './ssh.ts';

/** The areas of the catalogue, by the first two digits of their codes. */
export const catalogueAreas = {
  '10': { title: 'Command line and estate', entries: { ...estateErrors, ...sourceErrors } },
  '11': { title: 'Hosts and SSH', entries: sshErrors },
  '12': { title: 'Kubernetes', entries: kubernetesErrors },
  '13': { title: 'Plans', entries: planErrors },
  '14': { title: 'Apply and joining hosts', entries: applyErrors },
  '15': { title: 'Gates', entries: gateErrors },
  '16': { title: 'Journal and lock', entries: journalErrors },
  '17': { title: 'Assessment', entries: { ...assessErrors, ...assessClusterErrors } },
  '19': { title: 'Interruption and bugs', entries: internalErrors },
} as const;

/** Every error that `mesh` can end with, by code. */
export const catalogue = {
  ...estateErrors,
  ...sourceErrors,
  ...sshErrors,
  ...kubernetesErrors,
  ...planErrors,
  ...applyErrors,
  ...gateErrors,
  ...journalErrors,
  ...assessErrors,
  ...assessClusterErrors,
  ...internalErrors,
};

/** A code of the catalogue. */
export type ErrorCode = keyof typeof catalogue;
