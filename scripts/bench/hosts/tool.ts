import type { Endpoint, Farm } from './farm.ts';

/** How long each tool that can be told waits for a connection. */
export const CONNECT_SECONDS = 15;

/** What is measured: how to start it, and how to count what it learnt. */
export interface Tool {
  name: string;
  /** `ours`; a `peer` that uses the OpenSSH client with the same script; `facts`: another tool's own; `in-process`: without OpenSSH. */
  kind: 'ours' | 'peer' | 'facts' | 'in-process';
  /** Runs in every round, not only in the first one: those that are quick. */
  isRepeated: boolean;
  argv(directory: string): string[];
  env(directory: string): Record<string, string>;
  /** Read by its standard input. */
  input?: string;
  /** Hosts of which it has the facts, by what it wrote into the directory. */
  countAnswers(directory: string): number;
}

/** What all tools are given: hosts, the script that mesh runs, and the same options of the OpenSSH client. */
export interface Task {
  farm: Farm;
  hosts: readonly Endpoint[];
  forks: number;
  bin: string;
  hostsFile: string;
  scriptFile: string;
  sshOptions: string[];
}
