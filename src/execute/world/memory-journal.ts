import type { Entry, EntryBody } from '../../journal/entry.ts';
import type { RunJournal } from '../../journal/file.ts';
import type { EstateModel } from './model.ts';

const NO_HASH = '0'.repeat(64);

/** A journal that outlives the model's process: entries in memory, with a place to be killed before and after each. */
export class MemoryJournal implements RunJournal {
  readonly entries: Entry[];
  readonly run: string;
  readonly token: number;
  readonly #model: EstateModel;

  constructor(model: EstateModel, run: string, before?: MemoryJournal) {
    this.#model = model;
    this.run = run;
    this.entries = before?.entries ?? [];
    this.token = (before?.token ?? 0) + 1;
  }

  async append(body: EntryBody): Promise<Entry> {
    this.#model.point();
    const { run, token } = this;
    const head = { seq: this.entries.length + 1, at: new Date(this.#model.nowMs).toISOString(), run, token };
    const entry = { ...head, ...body, prevHash: NO_HASH };
    this.entries.push(entry);
    this.#model.point();
    return await Promise.resolve(entry);
  }
}
