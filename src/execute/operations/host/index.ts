import type { OperationKind } from '../../../plans/operation.ts';
import type { OperationHandler } from '../../handler.ts';
import { hostCapture } from './capture.ts';
import { hostDrain } from './drain.ts';
import { hostFiles } from './files.ts';
import { hostInstall } from './install.ts';
import { hostQuiet } from './quiet.ts';
import { hostRecycle } from './recycle.ts';
import { hostRemove } from './remove.ts';
import { hostRetire } from './retire.ts';
import { hostUncapture } from './uncapture.ts';
import { hostUnit } from './unit.ts';

type HostOperation = Extract<OperationKind, `host.${string}`>;

/** What changes hosts. */
export const hostOperations: { [K in HostOperation]: OperationHandler<K> } = {
  'host.install': hostInstall,
  'host.files': hostFiles,
  'host.unit': hostUnit,
  'host.capture': hostCapture,
  'host.uncapture': hostUncapture,
  'host.drain': hostDrain,
  'host.remove': hostRemove,
  'host.recycle': hostRecycle,
  'host.quiet': hostQuiet,
  'host.retire': hostRetire,
};
