import { grownVmNames, vmNames } from '../settings.ts';

/** What the shop has more when it is grown, where tests may choose. */
export interface GrownShop {
  /** How often `reports` uses its one pooled connection to pricing. */
  readonly idleEverySeconds: number;
  /** How often the timer on vm-c asks pricing. */
  readonly nightlyEverySeconds: number;
}

/** The grown shop unless a test chooses otherwise. */
export const GROWN: GrownShop = { idleEverySeconds: 25, nightlyEverySeconds: 15 };

/** Virtual machines that only the grown shop has. */
export const grownOnlyVms = grownVmNames.filter((vm) => !vmNames.includes(vm));

/** Names of the programs that send load in the grown shop. The timer's calls come by themselves. */
export const grownCallers = ['web', 'catalog', 'audit', 'reports', 'stubborn', 'appliance'];
