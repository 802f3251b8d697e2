/** Something that goes wrong while the shop runs, and what puts it right. */
export interface Fault {
  readonly name: string;
  /** It is the twin that goes bad, not something beside it. */
  readonly isTwins?: boolean;
  begin(): Promise<void>;
  /** Returns when all is as before. May be asked although nothing began. */
  end(): Promise<void>;
  /** It passes by itself after so long; absent for one that lasts until it is put right. */
  readonly lastsMs?: number;
}
