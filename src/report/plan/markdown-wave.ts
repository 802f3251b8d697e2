import { commitPointOf, type Stage, type Step } from '../../plans/plan.ts';
import { escapeMarkdown as text, folded, markdownTable } from '../markdown.ts';
import type { WaveFacts } from './facts.ts';
import { type EstateHistory, standingWords } from './history.ts';
import { callsWords, previousOf } from './wire-words.ts';
import { gateWords, interruptionWords, metricWords, stepWords, undoWords, waveTitle, waveWords } from './words.ts';

/** How much of a wave is told. */
export interface WaveShown {
  isOpen: boolean;
  /** Stages without their steps, which a long plan would not have room for. */
  isBrief: boolean;
}

/** One wave of a change request: what changes, then its stages. */
export function waveMarkdown(
  facts: WaveFacts,
  history: EstateHistory | undefined,
  { isOpen, isBrief }: WaveShown,
): string[] {
  const { wave, stages, join } = facts;
  const title = `Wave ${wave}: ${text(waveTitle(facts))} (${text(waveWords(facts))})`;
  const why = (join?.why ?? []).map((one) => `- ${text(one)}`);
  return folded(
    title,
    [
      ...why,
      ...(why.length === 0 ? [] : ['']),
      ...changes(wave, history),
      ...(isBrief ? stageTable(stages) : stages.flatMap(stageMarkdown)),
    ],
    isOpen,
  );
}

function changes(wave: number, history: EstateHistory | undefined): string[] {
  const moment = history?.moments.get(wave);
  if (history === undefined || moment === undefined) return [];
  const before = history.moments.get(previousOf(history, wave));
  const rows = [...moment.changed].map((id) => {
    const standings = [before?.after.workloads.get(id), moment.after.workloads.get(id)];
    return [id, ...standings.map((one) => (one === undefined ? '' : standingWords(one)))].map(text);
  });
  return [...markdownTable(['Workload', 'Before', 'After'], rows), text(callsWords(moment, before)), ''];
}

function stageTable(stages: readonly Stage[]): string[] {
  const rows = stages.map((stage) => {
    const does = [...new Set(stage.steps.map(interruptionWords))].filter((words) => words !== 'none').join(', ');
    const back = commitPointOf(stage) === undefined ? 'yes' : 'until its commit point';
    return [stage.id, stage.title, stage.blastRadius, does || 'none', back].map(text);
  });
  return markdownTable(['Stage', 'What', 'Touches', 'To traffic', 'Can be taken back'], rows);
}

function stageMarkdown(stage: Stage): string[] {
  const { id, title, blastRadius, gate, steps } = stage;
  const commitPoint = commitPointOf(stage);
  const back =
    commitPoint === undefined
      ? 'can be taken back'
      : `can be taken back until ${text(commitPoint.action)}, the commit point`;
  return [
    `### ${text(id)}: ${text(title)}`,
    '',
    `Touches: ${text(blastRadius)}. The stage ${back}.`,
    '',
    ...markdownTable(['Step', 'Why', 'Does', 'To traffic', 'Undone by'], steps.map(stepRow)),
    `Gate: ${[gateWords(gate), ...metricWords(gate)].map(text).join('; ')}.`,
    '',
  ];
}

function stepRow(step: Step): string[] {
  const { action, reason, notes = [], interruptionDetail, gate, revert } = step;
  const undone = text(undoWords(step));
  return [
    text(action),
    [reason, ...notes.map((note) => `Note: ${note}`)].map(text).join('<br>'),
    [text(stepWords(step)), ...(gate === undefined ? [] : [`Gate: ${text(gateWords(gate))}`])].join('<br>'),
    [interruptionWords(step), interruptionDetail].flatMap((one) => (one === undefined ? [] : [text(one)])).join(': '),
    revert === 'irreversible' ? `**${undone}**` : undone,
  ];
}
