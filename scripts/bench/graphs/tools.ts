import { join } from 'node:path';
import { type Failure, runChild } from '../waves/child.ts';
import type { GraphFile } from './files.ts';
import type { PartsAnswer } from './parts.ts';

const TIMEOUT_MS = 300_000;

export interface GraphTool {
  name: string;
  argv(graph: GraphFile): string[];
}

export type GraphRun = { tool: string; graph: string; round: number } & (
  PartsAnswer | { failure: Failure; words: string }
);

/** Each with the stack that its runtime has when nobody says otherwise. */
export function graphTools(nodeDirectory: string, python: string): GraphTool[] {
  const at = (file: string): string => join(import.meta.dirname, file);
  const inNode = (name: string): GraphTool => ({
    name,
    argv: ({ file, nodes }) => [process.execPath, at('node-child.ts'), name, nodeDirectory, file, String(nodes)],
  });
  const inPython = (name: string): GraphTool => ({
    name,
    argv: ({ file, nodes }) => [python, at('python_child.py'), name, file, String(nodes)],
  });
  return [
    {
      name: 'mesh',
      argv: ({ file, nodes }) => [process.execPath, at('mesh-child.ts'), file, String(nodes)],
    },
    inNode('graphology'),
    inNode('graphlib'),
    inPython('networkx'),
    inPython('igraph'),
  ];
}

export function measureTool(tool: GraphTool, graph: GraphFile, round: number): GraphRun {
  return { tool: tool.name, graph: graph.name, round, ...runChild<PartsAnswer>(tool.argv(graph), TIMEOUT_MS) };
}
