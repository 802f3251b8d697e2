import type { Operation, OperationKind } from '../../plans/operation.ts';
import type { OperationContext, OperationHandler, Preview, ProbeResult } from '../handler.ts';
import { hostOperations } from './host/index.ts';
import { kubeOperations } from './kube/index.ts';
import { manual } from './manual.ts';

const handlers: { [K in OperationKind]: OperationHandler<K> } = { ...kubeOperations, ...hostOperations, manual };

// Each handler takes its own kind of operation; the table keeps them apart and the compiler cannot follow that.
const handlerOf = (operation: Operation): OperationHandler<OperationKind> =>
  handlers[operation.op] as unknown as OperationHandler<OperationKind>;

export const probe = (operation: Operation, context: OperationContext): Promise<ProbeResult> =>
  handlerOf(operation).probe(operation, context);
export const remember = (operation: Operation, context: OperationContext): Promise<string[]> =>
  handlerOf(operation).remember(operation, context);
export const act = (operation: Operation, context: OperationContext): Promise<string[]> =>
  handlerOf(operation).apply(operation, context);
export const preview = (operation: Operation, context: OperationContext): Promise<Preview> =>
  handlerOf(operation).preview(operation, context);
